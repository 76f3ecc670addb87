// What the workflow's own code publishes is written with its turn: once, whatever its worker dies of and however often it is
// replayed.
import { Baton } from '@baton/runtime'
import { expect, test } from 'vitest'
import { collect } from '../support/collect.ts'
import { createDatabase } from '../support/database.ts'
import { locality, testWorker } from '../support/worker.ts'
import { startWorkerProcess } from '../support/worker-process.ts'
import { Herald } from '../support/workflows.ts'

test('items stand in the order of the code, over all runs, until a step closes the stream', async () => {
  await using database = await createDatabase()
  await using _worker = await testWorker(database.url)
  await using baton = await Baton.connect(database.url)
  const handle = await baton.start(Herald, { input: { n: 2, runs: 2 } })
  const items = await collect(handle.stream('status'))
  expect(items.map(({ offset, value, command, attempt }) => [offset, value, command, attempt])).toEqual(
    ['begun', 0, 1, 'begun', 0, 1, 'done'].map((value, i) => [i, value, undefined, undefined]),
  )
  expect(await handle.result()).toBe('told')
  expect((await collect(handle.stream('other'))).map(({ value }) => value)).toEqual([0, 1, 0, 1].map((done) => ({ done })))
})

for (const point of ['append:before', 'append:after'] as const) {
  test(`killed at each ${point}: each item once, in order`, { timeout: 120_000 }, async () => {
    await using database = await createDatabase()
    await using baton = await Baton.connect(database.url)
    let deaths = 0
    for (let died = true; died; ) {
      const handle = await baton.start(Herald, { id: `${point}-${deaths}`, input: { n: 2, runs: 2 } })
      const reading = collect(handle.stream('status'))
      {
        await using victim = await startWorkerProcess({ url: database.url, dieAt: `${point}@${deaths + 1}`, options: { locality } })
        died = await Promise.race([victim.exited.then(() => true), handle.result().then(() => false)])
      }
      await using _survivor = await testWorker(database.url)
      expect(await handle.result()).toBe('told')
      const items = await reading
      expect(items.map(({ value }) => value), handle.id).toEqual(['begun', 0, 1, 'begun', 0, 1, 'done'])
      expect(items.map(({ offset }) => offset), handle.id).toEqual(items.map((_, i) => i))
      if (died) deaths++
    }
    expect(deaths).toBeGreaterThanOrEqual(6)
  })
}
