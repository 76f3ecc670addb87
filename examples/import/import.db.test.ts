import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Baton, Worker } from '@baton/runtime'
import { expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { startWorkerProcess } from '../../test/support/worker-process.ts'
import { TableCustomers } from './customers.ts'
import { ImportWorkflow, type Progress } from './import.ts'
import { badOf, idOf, writeSample } from './sample-csv.ts'

const ROWS = 10_000
const CONCURRENCY = 50

test('10,000 rows are imported by two workers, the first of which is killed at 3,000; no row that was done is done again', { timeout: 120_000 }, async () => {
  await using stack = new AsyncDisposableStack()
  const folder = stack.adopt(await mkdtemp(join(tmpdir(), 'baton-import-')), (made) => rm(made, { recursive: true }))
  const path = join(folder, 'customers.csv')
  await writeSample(path, ROWS)
  const { url } = stack.use(await createDatabase())
  const customers = stack.use(new TableCustomers(url))
  await customers.prepare()
  const baton = stack.use(await Baton.connect(url))
  const handle = await baton.start(ImportWorkflow, { input: { path, concurrency: CONCURRENCY } })
  const followed = follow(handle.stream<Progress>('progress'))

  const victim = stack.use(await startWorkerProcess({ url, module: new URL('worker-workflows.ts', import.meta.url).href }))
  await expect.poll(() => customers.count(), { timeout: 60_000, interval: 20 }).toBeGreaterThanOrEqual(3_000)
  victim.kill('SIGKILL')
  await victim.exited
  const done = (await handle.history()).filter(({ type }) => type === 'IterationCompleted').map(({ command }) => rowOf(command))
  expect(done.length).toBeGreaterThan(2_500)
  expect(done.filter((row) => !(row < ROWS))).toEqual([])
  expect(await customers.count()).toBeLessThan(ROWS / 2)

  stack.use(await Worker.start({ url, workflows: [{ workflow: ImportWorkflow, create: () => new ImportWorkflow(customers) }] }))
  const report = { imported: ROWS - badOf(ROWS), refused: badOf(ROWS) }
  expect(await handle.result()).toEqual(report)
  expect(await customers.count()).toBe(report.imported)

  const again = new Set(await customers.savedAgain())
  expect(done.filter((row) => again.has(idOf(row)))).toEqual([])
  expect(again.size).toBeLessThanOrEqual(CONCURRENCY)

  const progress = await followed
  expect(progress.at(-1)).toEqual({ read: ROWS, report })
  const read = progress.slice(0, -1).map((each) => each.read)
  expect(read).toEqual([...new Set(read)].toSorted((a, b) => a - b))
})

/** What the client hears while all of that goes on. */
async function follow(items: AsyncIterable<{ readonly offset: number; readonly value: Progress }>): Promise<readonly Progress[]> {
  const heard: Progress[] = []
  for await (const { offset, value } of items) {
    expect(offset).toBe(heard.length)
    heard.push(value)
  }
  return heard
}

/** The row of an iteration such as `forEach[17]`. */
function rowOf(command: string | undefined): number {
  return Number(/\[(\d+)\]/.exec(command ?? '')?.[1])
}
