import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'
import { Quotes } from './wcp-29-cancelling-discriminator.ts'

const scene = pattern('WCP-29 Cancelling Discriminator', [Quotes])

scene('the first quote is taken, and nobody waits for the others any more', async (env) => {
  env.mock(Quotes, 'book').mockDelay('1d')
  const quotes = await env.start(Quotes, { input: ['rail', 'road', 'air'] })
  env.at('1h', () => quotes.signal('quote', 'road', 90))
  env.at('2h', async () => {
    expect((await quotes.waitsFor()).map(({ kind, command }) => [kind, command])).toEqual([['step', 'book']])
    await quotes.signal('quote', 'rail', 40)
  })
  expect(await quotes.result()).toBe('booked with road')
})
