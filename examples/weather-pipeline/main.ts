// Runs the pipeline in one process: a database, a worker and a client.
import { resolve } from 'node:path'
import { resolveDatabaseUrl } from '@baton/embedded'
import { Baton, migrate, Worker } from '@baton/runtime'
import { WeatherPipeline } from './weather.ts'

const SCHEMA = 'baton_examples'
const folder = resolve('.baton/weather')
const place = process.argv[2] ?? 'Seattle'

await using database = await resolveDatabaseUrl()
await migrate(database.url, { schema: SCHEMA })
await using worker = await Worker.start({ url: database.url, schema: SCHEMA, workflows: [WeatherPipeline] })
await using baton = await Baton.connect(database.url, { schema: SCHEMA })

const handle = await baton.start(WeatherPipeline, { input: { place, folder } })
console.log(`Execution ${handle.id} of weather-pipeline on worker ${worker.id}`)
const { report } = await handle.result()

const history = await handle.history()
const began = history[0]?.at.getTime() ?? 0
for (const { at, type, command } of history) {
  console.log(`${String(at.getTime() - began).padStart(6)} ms  ${type}${command ? ` ${command}` : ''}`)
}
console.log(report)
console.log(`Open ${folder}/report.html`)
