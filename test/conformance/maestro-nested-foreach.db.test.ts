// Maestro dag/nested samples; scenario 41: a worker dies inside a nested foreach, and iterations that had ended are not run again.
import { expect, test } from 'vitest'
import { Regions, workflows } from './served/regions.ts'
import { Stage } from './support/stage.ts'

test('every item once, whatever the write after which the worker died', async () => {
  await using stage = await Stage.open()
  const expected = ['a1 a2 a3', 'b1 b2 b3', 'c1 c2 c3']
  for (const write of [3, 7]) {
    const before = stage.marks().length
    const handle = await stage.baton.start(Regions, { id: `r-${write}`, input: { regions: ['a', 'b', 'c'], days: 3 } })
    await (await stage.process('regions', { dieAt: `append:after@${write}` })).exited
    const recorded = (await handle.history()).filter(({ type }) => type === 'IterationCompleted').length
    const done = stage.ran().slice(before)
    const survivor = await stage.worker(workflows)
    expect(await handle.result()).toEqual(expected)
    const ran = stage.ran().slice(before)
    expect(new Set(ran).size).toBe(9)
    // One step at a time: at most the one that was under way ran twice.
    expect(ran.length).toBeLessThanOrEqual(10)
    const ended = new Set(done.slice(0, recorded * 3))
    expect(ran.slice(done.length).filter((key) => ended.has(key))).toEqual([])
    await survivor.stop()
  }
})
