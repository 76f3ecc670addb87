// DBOS timinghole; scenario 6: the worker dies between a step's effect and the write of its outcome.
import { expect, test } from 'vitest'
import { ThreeSteps, workflows } from './served/three-steps.ts'
import { Stage } from './support/stage.ts'

test('the step runs once more, under the same idempotency key, and no other step does', async () => {
  await using stage = await Stage.open()
  const handle = await stage.baton.start(ThreeSteps, { id: 'hole', input: 1 })
  const victim = await stage.process('three-steps', { dieAt: 'append:before@2' })
  await victim.exited
  expect(stage.ran()).toEqual(['one', 'two'])
  expect((await handle.history()).filter(({ type }) => type === 'StepCompleted').map(({ command }) => command)).toEqual(['one'])
  await stage.worker(workflows)
  expect(await handle.result()).toBe('three of 20')
  expect(stage.marks().map(({ key }) => key)).toEqual(['hole/one', 'hole/two', 'hole/two', 'hole/three'])
})
