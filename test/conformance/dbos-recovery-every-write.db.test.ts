// DBOS recovery, Restate KillRuntime; scenario 1: killed after each single write of the log, an execution ends as if undisturbed.
import { expect, test } from 'vitest'
import { workflows, ThreeSteps } from './served/three-steps.ts'
import { Stage } from './support/stage.ts'

test('killed after each write, the result and the number of effects are those of an undisturbed run', async () => {
  await using stage = await Stage.open()
  let writes = 0
  const undisturbed = await stage.worker(workflows, {}, (point) => {
    if (point === 'append:after') writes++
  })
  const expected = await stage.baton.execute(ThreeSteps, { id: 'undisturbed', input: 1 })
  const steps = stage.ran()
  await undisturbed.stop()
  expect(steps).toEqual(['one', 'two', 'three'])
  expect(writes).toBeGreaterThanOrEqual(4)

  for (let write = 1; write <= writes; write++) {
    const before = stage.marks().length
    const id = `killed-${write}`
    const handle = await stage.baton.start(ThreeSteps, { id, input: 1 })
    const victim = await stage.process('three-steps', { dieAt: `append:after@${write}` })
    await victim.exited
    const survivor = await stage.worker(workflows)
    expect(await handle.result(), id).toBe(expected)
    expect(stage.ran().slice(before), id).toEqual(steps)
    expect((await handle.history()).map(({ type }) => type).filter((type) => type === 'StepCompleted'), id).toHaveLength(3)
    await survivor.stop()
  }
})
