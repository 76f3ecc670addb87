import { Worker, type WorkerOptions } from '@baton/runtime'
import type { DatabaseOptions } from '../database/database-options.ts'
import { type OpenDatabase, withDatabase } from '../database/open-database.ts'
import { readManifest } from '../manifest/read-manifest.ts'
import { collectWorkflows, type FoundWorkflow } from '../modules/collect-workflows.ts'
import { loadModules } from '../modules/load-modules.ts'
import { queuesOf } from '../modules/queues-of.ts'
import { logWriter } from '../output/log-writer.ts'
import type { Session } from '../session.ts'
import { stopsOf } from '../wait/stops.ts'

export interface ServeOptions extends DatabaseOptions {
  readonly name: string
  readonly manifest?: string
  readonly project?: string
  readonly queues?: readonly string[]
  readonly slots: number
  readonly locality: boolean
}

/** Runs a worker until a signal stops it; gives the exit code. What is wrong with the code shows before the database is asked. */
export async function serve(session: Session, paths: readonly string[], options: ServeOptions): Promise<number> {
  const { cwd } = session.io
  const manifest = readManifest(cwd, options.manifest)
  const workflows = collectWorkflows(await loadModules(paths, { cwd, project: options.project }), paths)
  const queues = options.queues ?? queuesOf(workflows)
  return withDatabase(session, options, { create: true }, async (database) => {
    using stops = stopsOf(session.io)
    const worker = await Worker.start({
      url: database.url,
      workflows: workflows.map(({ entry }) => entry),
      name: options.name,
      queues,
      slots: options.slots,
      locality: options.locality,
      log: logWriter(session),
      ...(database.schema === undefined ? {} : { schema: database.schema }),
      ...(manifest === undefined ? {} : { manifest }),
    } satisfies WorkerOptions)
    announce(session, { id: worker.id, name: options.name, workflows, queues, database })
    const signal = await stops.first
    session.note(`${signal}: stopping when the running steps are done; a second signal stops at once.`)
    const stopped = worker.stop().then(() => undefined)
    const forced = await Promise.race([stopped, stops.second])
    if (forced === undefined) {
      session.note('Stopped.')
      return 0
    }
    session.note(`${forced}: stopped at once; other workers take over.`)
    return forced === 'SIGINT' ? 130 : 143
  })
}

interface Ready {
  readonly id: number
  readonly name: string
  readonly workflows: readonly FoundWorkflow[]
  readonly queues: readonly string[]
  readonly database: OpenDatabase
}

function announce(session: Session, { id, name, workflows, queues, database }: Ready): void {
  const served = workflows.map(({ definition }) => definition.name)
  if (session.json) session.printJson({ ready: true, id, name, workflows: served, queues })
  else session.print(`Worker ${id} (${name}) is ready on ${database.place}: serves ${served.join(', ')} from ${queues.length === 1 ? 'queue' : 'queues'} ${queues.join(', ')}\n`)
}
