import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'
import { Parking } from './wcp-24-persistent-trigger.ts'

const scene = pattern('WCP-24 Persistent Trigger', [Parking])

scene('a payment that comes too early counts all the same', async (env) => {
  env.mock(Parking, 'park').mockDelay('3h')
  const parking = await env.start(Parking, { input: undefined })
  await parking.signal('pay', 250)
  expect(await parking.result()).toBe('opened for 250')
  await expect(parking).toHaveRunSteps(['park', 'openGate'])
})

scene('one that comes later is waited for', async (env) => {
  const parking = await env.start(Parking, { input: undefined })
  env.at('5h', () => parking.signal('pay', 100))
  expect(await parking.result()).toBe('opened for 100')
})
