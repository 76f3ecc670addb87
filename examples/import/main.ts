// Imports a file of 10,000 rows in one process, and follows how far it is.
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { resolveDatabaseUrl } from '@baton/embedded'
import { Baton, migrate, Worker } from '@baton/runtime'
import { TableCustomers } from './customers.ts'
import { ImportWorkflow, type Progress } from './import.ts'
import { writeSample } from './sample-csv.ts'

const SCHEMA = 'baton_examples'
const ROWS = 10_000
const folder = resolve('.baton/import')
const path = join(folder, 'customers.csv')
await mkdir(folder, { recursive: true })
await writeSample(path, ROWS)

await using database = await resolveDatabaseUrl()
await migrate(database.url, { schema: SCHEMA })
await using customers = new TableCustomers(database.url)
await customers.prepare()
const create = (): ImportWorkflow => new ImportWorkflow(customers)
await using _worker = await Worker.start({ url: database.url, schema: SCHEMA, workflows: [{ workflow: ImportWorkflow, create }] })
await using baton = await Baton.connect(database.url, { schema: SCHEMA })

const handle = await baton.start(ImportWorkflow, { input: { path } })
const begun = performance.now()
for await (const { value } of handle.stream<Progress>('progress')) {
  const { heapUsed } = process.memoryUsage()
  console.log(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(5)} s  ${String(value.read).padStart(6)} of ${ROWS} rows read  ${Math.round(heapUsed / 1e6)} MB`)
}
const { imported, refused } = await handle.result()
console.log(`${imported} customers imported, ${refused} rows refused`)
