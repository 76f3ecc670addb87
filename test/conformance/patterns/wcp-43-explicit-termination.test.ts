import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'
import { Rescue } from './wcp-43-explicit-termination.ts'

const scene = pattern('WCP-43 Explicit Termination', [Rescue])

scene('the first end is the end of all', async (env) => {
  env.mock(Rescue, 'searchByBoat').mockDelay('2d')
  env.mock(Rescue, 'searchByHelicopter').mockDelay('1d')
  const rescue = await env.start(Rescue, { input: undefined })
  expect(await rescue.result()).toBe('found by helicopter')
  await env.advance('9d')
  await expect(rescue).toHaveRunSteps(['searchByHelicopter'])
  expect((await rescue.history()).at(-1)?.type).toBe('ExecutionCompleted')
})

scene('an end that fails ends all as well', async (env) => {
  env.mock(Rescue, 'searchByBoat').mockDelay('9d')
  env.mock(Rescue, 'searchByHelicopter').mockDelay('9d')
  const rescue = await env.start(Rescue, { input: undefined })
  env.at('1d', () => rescue.signal('callOff'))
  await expect(rescue).toHaveFailedWith('called off')
  await expect(rescue).toHaveRunSteps([])
})
