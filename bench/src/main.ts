// npm run bench: measures an engine's durable steps beside what the same server can do at best.
import { writeFile } from 'node:fs/promises'
import { check } from './check/index.ts'
import { Server } from './database.ts'
import { assertDurable, readEnvironment } from './environment.ts'
import { type Options, readOptions, usage } from './options.ts'
import { asJson, asTable, header } from './report.ts'
import { run } from './run.ts'
import { bundleWorker } from './worker-bundle.ts'

try {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') process.stdout.write(usage)
  else await measure(options)
} catch (error) {
  progress(`bench: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

async function measure(options: Options): Promise<void> {
  const script = await bundleWorker()
  const server = await Server.open()
  try {
    const database = await server.fresh()
    try {
      const environment = await readEnvironment(database.admin)
      assertDurable(environment)
      ;(options.json ? process.stderr : process.stdout).write(`${header(environment, server.kind)}\n`)
      const { results, failures } = await run(options, { server, script, progress, floorUrl: database.url })
      const lines = results.lines()
      const configurations = Object.fromEntries(options.engines.map(({ name, configuration }) => [name, configuration]))
      const { quick, repetitions } = options
      const json = asJson({ ...environment, server: server.kind, quick, repetitions, engines: configurations, failures }, lines)
      if (options.out) await writeFile(options.out, json)
      process.stdout.write(options.json ? json : asTable(lines))
      for (const failure of failures) progress(`FAILED ${failure}`)
      if (failures.length > 0) process.exitCode = 1
      else if (options.check) {
        const workloads = new Set(options.workloads.map(({ id }) => id))
        const engines = new Set(options.engines.map(({ name }) => name))
        const { report, passed } = await check(options.check, { environment, lines, workloads, engines })
        ;(options.json ? process.stderr : process.stdout).write(report)
        if (!passed) process.exitCode = 1
      }
    } finally {
      await database.drop()
    }
  } finally {
    await server.close()
  }
}

/** stdout is for results. */
function progress(line: string): void {
  process.stderr.write(`${line}\n`)
}
