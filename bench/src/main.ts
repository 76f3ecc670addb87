// npm run bench: measures an engine's durable steps beside what the same server can do at best.
import { writeFile } from 'node:fs/promises'
import { check } from './check/index.ts'
import { asComparisonTable, compare, type Comparison } from './comparison.ts'
import { Server } from './database.ts'
import { engineOf } from './engines/index.ts'
import { gapsOf } from './engines/limits.ts'
import { peerNames } from './engines/peers.ts'
import { assertDurable, readEnvironment } from './environment.ts'
import { installPeers } from './install-peers.ts'
import { type Options, readOptions, usage } from './options.ts'
import { drawFile } from './pictures.ts'
import { asGaps, asJson, asTable, header } from './report.ts'
import type { ResultLine } from './measurement.ts'
import { run, type RunOutcome } from './run.ts'
import { bundleWorker } from './worker-bundle.ts'

try {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') process.stdout.write(usage)
  else if (options.pictures !== undefined) for (const path of await drawFile(options.pictures)) progress(path)
  else await measure(options)
} catch (error) {
  progress(`bench: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

async function measure(options: Options): Promise<void> {
  const peers = options.engines.filter((name) => peerNames.includes(name))
  if (peers.length > 0) await installPeers(progress)
  const script = await bundleWorker(peers)
  const engines = await Promise.all(options.engines.map(engineOf))
  const server = await Server.open()
  try {
    const database = await server.fresh()
    try {
      const environment = await readEnvironment(database.admin)
      assertDurable(environment)
      ;(options.json ? process.stderr : process.stdout).write(`${header(environment, server.kind)}\n`)
      const configurations = Object.fromEntries(engines.map(({ name, configuration }) => [name, configuration]))
      const gaps = gapsOf(engines, options.workloads)
      const { quick, repetitions } = options
      const compared = (lines: readonly ResultLine[]): readonly Comparison[] => compare(lines, engines.filter(({ name }) => peers.includes(name)))
      const jsonOf = ({ results, failures }: RunOutcome): string =>
        asJson({ ...environment, server: server.kind, quick, repetitions, engines: configurations, gaps, failures }, results.lines(), compared(results.lines()))
      // A long run may not come to its end: what it has measured is kept.
      const repeated = async (soFar: RunOutcome): Promise<void> => {
        if (options.out) await writeFile(options.out, jsonOf(soFar))
      }
      const outcome = await run(options, { engines, server, script, progress, repeated, floorUrl: database.url })
      const { failures } = outcome
      const lines = outcome.results.lines()
      const comparisons = compared(lines)
      const json = jsonOf(outcome)
      process.stdout.write(options.json ? json : [asTable(lines), asComparisonTable(comparisons), asGaps(gaps)].filter((part) => part !== '').join('\n'))
      for (const failure of failures) progress(`FAILED ${failure}`)
      if (failures.length > 0) process.exitCode = 1
      else if (options.check) {
        const workloads = new Set(options.workloads.map(({ id }) => id))
        const { report, passed } = await check(options.check, { environment, lines, workloads, engines: new Set(options.engines) })
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
