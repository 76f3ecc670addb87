// A4: what a step reported is given to its next attempt, whatever becomes of the worker that ran it.
import { Baton } from '@baton/runtime'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { Copying } from '../support/step-option-workflows.ts'
import { locality, testWorker } from '../support/worker.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const pages = 60

for (const point of ['heartbeat:after@1', 'heartbeat:after@2']) {
  test(`killed at ${point}: the next worker goes on where the body was, under the same attempt`, async () => {
    await using database = await createDatabase()
    await using baton = await Baton.connect(database.url)
    await using victim = await startWorkerProcess({ url: database.url, dieAt: point, options: { locality } })
    const handle = await baton.start(Copying, { input: { pages, ms: 50 } })
    await victim.exited
    await using _survivor = await testWorker(database.url)
    const { from, attempt } = (await handle.result()) as { from: number; attempt: number }
    expect(attempt).toBe(1)
    expect(from).toBeGreaterThan(0)
    expect(from).toBeLessThan(pages)
  })
}

test('killed before the first report was written: the next worker begins anew', async () => {
  await using database = await createDatabase()
  await using baton = await Baton.connect(database.url)
  await using victim = await startWorkerProcess({ url: database.url, dieAt: 'heartbeat:before@1', options: { locality } })
  const handle = await baton.start(Copying, { input: { pages: 5, ms: 5 } })
  await victim.exited
  await using _survivor = await testWorker(database.url)
  expect(await handle.result()).toEqual({ from: 0, attempt: 1 })
})
