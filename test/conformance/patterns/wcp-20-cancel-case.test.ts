import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'
import { Mortgage } from './wcp-20-cancel-case.ts'

const scene = pattern('WCP-20 Cancel Case', [Mortgage])

scene('stopped, it releases what it holds and pays nothing', async (env) => {
  const mortgage = await env.start(Mortgage, { input: undefined })
  env.at('3d', () => mortgage.stop('the house is sold'))
  await expect(mortgage.result()).rejects.toMatchObject({ code: 'ExecutionStopped', cause: { reason: 'the house is sold' } })
  await expect(mortgage).toHaveRunSteps(['reserveFunds', 'releaseFunds'])
})

scene('killed, it does nothing more', async (env) => {
  const mortgage = await env.start(Mortgage, { input: undefined })
  env.at('3d', () => mortgage.kill())
  await expect(mortgage.result()).rejects.toMatchObject({ code: 'ExecutionKilled' })
  await expect(mortgage).toHaveRunSteps(['reserveFunds'])
})
