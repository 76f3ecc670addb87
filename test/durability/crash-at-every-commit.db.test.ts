// G1, G2, G6: whatever commit a worker dies before or after, the next one ends the work, runs no recorded step again, and
// loses nothing.
import { Baton } from '@baton/runtime'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { marksFile } from '../support/marks.ts'
import { locality, testWorker } from '../support/worker.ts'
import { startWorkerProcess } from '../support/worker-process.ts'
import { Branches } from '../support/workflows.ts'

const expected = { left: 84, right: 804, sum: 888 }

/** Runs `branches` on a worker that dies at the point; false if it did not come to it. */
async function dieAt(url: string, point: string): Promise<boolean> {
  using marks = marksFile()
  await using baton = await Baton.connect(url)
  const handle = await baton.start(Branches, { id: point, input: 1 })
  const died = await (async () => {
    await using victim = await startWorkerProcess({ url, dieAt: point, options: { locality } })
    // `await`: the victim must outlive the race.
    return await Promise.race([victim.exited.then(() => true), handle.result().then(() => false)])
  })()
  const before = died ? await handle.history() : []
  const recorded = new Set(before.filter(({ type }) => type === 'StepCompleted').map(({ command }) => `${point}/${command}`))
  {
    await using _survivor = await testWorker(url)
    expect(await handle.result(), point).toEqual(expected)
  }
  const rerun = marks.read().filter(({ key, pid }) => pid === process.pid && recorded.has(key))
  expect(rerun, `recorded steps that ran again after ${point}`).toEqual([])
  const history = await handle.history()
  expect(history.map(({ seq }) => seq), point).toEqual(history.map((_, i) => i + 1))
  const outcomes = history.filter(({ type }) => type === 'StepCompleted').map(({ command }) => command)
  expect(outcomes, point).toHaveLength(20)
  expect(new Set(outcomes).size, point).toBe(20)
  return died
}

// In place a step is one commit of its owner; through the queue it is a claim and an outcome as well.
const kinds = locality
  ? { 'append:before': 12, 'append:after': 12, 'claim:after': 1 }
  : { 'append:after': 12, 'claim:before': 12, 'claim:after': 12, 'outcome:before': 12, 'outcome:after': 12 }

// The points of one execution are enumerated: until the worker no longer comes to its death.
for (const [kind, fewest] of Object.entries(kinds)) {
  test(`G2: killed at each ${kind}: same result, no recorded step again, nothing lost`, { timeout: 240_000 }, async () => {
    await using database = await createDatabase()
    let deaths = 0
    while (await dieAt(database.url, `${kind}@${deaths + 1}`)) deaths++
    // Two branches in step share commits: 2 + 8 or more + 2 for the steps.
    expect(deaths).toBeGreaterThanOrEqual(fewest)
  })
}
