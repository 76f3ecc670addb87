import { Worker, type WorkerOptions } from '@baton/runtime'
import type { Manifest } from '@baton/sdk/manifest'
import type { DatabaseOptions } from '../database/database-options.ts'
import { type OpenDatabase, withDatabase } from '../database/open-database.ts'
import { readManifest } from '../manifest/read-manifest.ts'
import { collectWorkflows, type FoundWorkflow } from '../modules/collect-workflows.ts'
import { loadModules } from '../modules/load-modules.ts'
import { loadPayloads } from '../modules/load-payloads.ts'
import { queuesOf } from '../modules/queues-of.ts'
import { logWriter } from '../output/log-writer.ts'
import type { Session } from '../session.ts'
import { type Stops, stopsOf } from '../wait/stops.ts'
import { explainMismatch } from './explain-mismatch.ts'

export interface ServeOptions extends DatabaseOptions {
  readonly name: string
  readonly manifest?: string
  readonly project?: string
  readonly queues?: readonly string[]
  readonly slots: number
  readonly locality: boolean
}

/** What a worker serves. */
interface Program {
  readonly workflows: readonly FoundWorkflow[]
  readonly queues: readonly string[]
  readonly manifest: Manifest | undefined
  readonly payloads: Pick<WorkerOptions, 'payloads'>
}

/** Runs a worker until a signal stops it; gives the exit code. What is wrong with the code shows before the database is asked. */
export async function serve(session: Session, paths: readonly string[], options: ServeOptions): Promise<number> {
  const { cwd } = session.io
  const manifest = readManifest(cwd, options.manifest)
  const workflows = collectWorkflows(await loadModules(paths, { cwd, project: options.project }), paths)
  const program = { workflows, queues: options.queues ?? queuesOf(workflows), manifest, payloads: await loadPayloads(options.payloads, cwd) }
  using stops = stopsOf(session.io)
  // At once means that nothing is waited for: the other workers and the embedded Postgres's guardian see this process end.
  const forced = stops.second.then((signal) => {
    session.note(`${signal}: stopped at once; other workers take over.`)
    return signal === 'SIGINT' ? 130 : 143
  })
  return await Promise.race([forced, withDatabase(session, options, { create: true }, (database) => run(session, options, program, database, stops))])
}

async function run(session: Session, options: ServeOptions, program: Program, database: OpenDatabase, stops: Stops): Promise<number> {
  const worker = await start(session, options, program, database)
  announce(session, worker, options, program, database)
  const signal = await stops.first
  session.note(`${signal}: stopping when the running steps are done; a second signal stops at once.`)
  await worker.stop()
  session.note('Stopped.')
  return 0
}

async function start(session: Session, options: ServeOptions, { workflows, queues, manifest, payloads }: Program, { url, schema }: OpenDatabase): Promise<Worker> {
  const { name, slots, locality } = options
  const given: WorkerOptions = {
    url,
    workflows: workflows.map(({ entry }) => entry),
    name,
    queues,
    slots,
    locality,
    log: logWriter(session),
    ...payloads,
    ...(schema === undefined ? {} : { schema }),
    ...(manifest === undefined ? {} : { manifest }),
  }
  try {
    return await Worker.start(given)
  } catch (error) {
    throw explainMismatch(error) ?? error
  }
}

function announce(session: Session, { id }: Worker, { name }: ServeOptions, { workflows, queues }: Program, { place }: OpenDatabase): void {
  const served = workflows.map(({ definition }) => definition.name)
  if (session.json) session.printJson({ ready: true, id, name, workflows: served, queues })
  else session.print(`Worker ${id} (${name}) is ready on ${place}: serves ${served.join(', ')} from ${queues.length === 1 ? 'queue' : 'queues'} ${queues.join(', ')}\n`)
}
