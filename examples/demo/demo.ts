// The demo: 200 orders and a weather report, once undisturbed and once while the process that does the work is killed twice.
// Both must come to the same, and no step whose outcome was recorded may run again. See README.md.
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { resolveDatabaseUrl } from '@baton/embedded'
import { buildExamples } from './build-examples.ts'
import { runKilledTwice, runUninterrupted } from './runs.ts'
import type { StageOptions } from './stage.ts'
import { finalTable } from './table.ts'
import { judge, type Verdict } from './verdict.ts'
import { View } from './view.ts'

const FOLDER = fileURLToPath(new URL('../../.baton/demo', import.meta.url))
const { values: { json } } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const view = new View()

/** Rejects when the user or the system asks for the end; stages then clear up. */
const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Error(`Ended by ${signal}.`)))
})
interrupted.catch(() => {})

try {
  const verdict = await demo()
  if (json) console.log(JSON.stringify(verdict))
  process.exitCode = verdict.ok ? 0 : 1
} catch (error) {
  view.close()
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function demo(): Promise<Verdict> {
  await mkdir(FOLDER, { recursive: true })
  const folder = await mkdtemp(join(FOLDER, 'run-'))
  try {
    const starting = resolveDatabaseUrl()
    const manifest = join(folder, 'baton.manifest.json')
    view.event(`manifest: ${(await buildExamples(manifest)).join(', ')}`)
    await using database = await starting
    view.event(database.embedded ? 'embedded Postgres is up' : 'Postgres of DATABASE_URL, in schemas of their own')
    const options = (name: string, title: string): StageOptions => ({
      url: database.url,
      folder: join(folder, name),
      manifest,
      interrupted,
      onLook: (...seen) => view.show(title, ...seen),
    })
    const tell = (event: string): void => view.event(event)
    const uninterrupted = await runUninterrupted(options('uninterrupted', 'Uninterrupted'), tell)
    view.event(`uninterrupted run done in ${(uninterrupted.ms / 1_000).toFixed(1)} s`)
    const killed = await runKilledTwice(options('killed', 'Killed twice'), tell)
    view.close()
    const verdict = judge(uninterrupted, killed, performance.now())
    const report = join(FOLDER, 'report.html')
    await copyFile(join(folder, 'killed', 'report', 'report.html'), report)
    const table = `\n${finalTable(uninterrupted, killed, verdict)}\n\n  The weather report: ${report}\n`
    if (json) process.stderr.write(table)
    else process.stdout.write(table)
    return verdict
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
