// The only file that names pg-boss. Baton uses it as a table of jobs: sent in the transaction of what causes them, fetched
// and deleted in the transaction of the claim. Its supervision, polling and retries stay off: no job is ever active here,
// and who runs what is in Baton's own tables.
import { type ConnectionOptions, PgBoss } from 'pg-boss'
import type { Execute } from '../log/transaction.ts'
import type { Names } from '../log/names.ts'
import { bossQueue, ExecutionJobData, type Job, type JobKind } from './job.ts'
import { Takers } from './takers.ts'

/** A fetched job, still to be removed in the same transaction. */
export interface FetchedExecution {
  readonly id: string
  readonly execution: string
}

/** Jobs wait for a worker as long as it takes; pg-boss would drop them after 14 days. */
const RETENTION_SECONDS = 10 * 365 * 86_400

export class Dispatcher {
  /** The workers that need no job. */
  readonly takers: Takers
  readonly #boss: PgBoss
  readonly #names: Names
  readonly #known = new Map<string, Promise<void>>()

  constructor(execute: Execute, names: Names) {
    this.#names = names
    this.takers = new Takers(execute, names)
    this.#boss = new PgBoss({
      db: database(execute),
      schema: names.boss,
      migrate: false,
      createSchema: false,
      supervise: false,
      schedule: false,
      persistWarnings: false,
    })
    this.#boss.on('error', () => {}) // every failed statement also rejects its call
  }

  async start(): Promise<void> {
    await this.#boss.start()
  }

  async stop(): Promise<void> {
    await this.#boss.stop({ graceful: false })
  }

  /** Makes sure that the task queue exists; asks once a process. */
  ensureQueue(queue: string): Promise<void> {
    const known = this.#known.get(queue)
    if (known) return known
    const made = this.#createQueue(queue)
    this.#known.set(queue, made)
    made.catch(() => this.#known.delete(queue))
    return made
  }

  /** Makes sure of the queues of jobs that are about to be sent inside a transaction. */
  async prepare(jobs: readonly { readonly queue: string }[]): Promise<void> {
    for (const queue of new Set(jobs.map((job) => job.queue))) await this.ensureQueue(queue)
  }

  /** Sends jobs inside the caller's transaction, and wakes the workers of their queues when it commits. */
  async enqueue(execute: Execute, jobs: readonly Job[]): Promise<void> {
    const due = await this.enqueueQuietly(execute, jobs)
    if (due.size > 0) await execute('select pg_notify($1, name) from unnest($2::text[]) name', [this.#names.jobs, [...due]])
  }

  /** The same without waking anybody; returns the queues, by the names of notifications, whose workers are to be woken. */
  async enqueueQuietly(execute: Execute, jobs: readonly Job[]): Promise<ReadonlySet<string>> {
    const queues = Map.groupBy(jobs, ({ kind, queue }) => bossQueue(kind, queue))
    const db = database(execute)
    const due = new Set<string>()
    for (const [name, group] of queues) {
      const [first] = group
      if (first) await this.ensureQueue(first.queue)
      await this.#boss.insert(name, unique(group).map(toInsert), { db })
      if (group.some((job) => job.after === undefined)) due.add(name)
    }
    return due
  }

  /** Executions that need an owner. */
  async fetchExecutions(execute: Execute, queue: string, max: number): Promise<readonly FetchedExecution[]> {
    const jobs = await this.#fetch(execute, 'execution', queue, max)
    return jobs.map(({ id, data }) => ({ id, execution: ExecutionJobData.parse(data).execution }))
  }

  /** Ids of tasks that nobody has taken. */
  async fetchSteps(execute: Execute, queue: string, max: number): Promise<readonly string[]> {
    const jobs = await this.#fetch(execute, 'step', queue, max)
    return jobs.map(({ id }) => id)
  }

  /** Removes jobs that were fetched in the same transaction. */
  async remove(execute: Execute, kind: JobKind, queue: string, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#boss.deleteJob(bossQueue(kind, queue), [...ids], { db: database(execute) })
  }

  async #fetch(execute: Execute, kind: JobKind, queue: string, max: number): Promise<readonly { id: string; data: unknown }[]> {
    return this.#boss.fetch(bossQueue(kind, queue), { batchSize: max, db: database(execute) })
  }

  async #createQueue(queue: string): Promise<void> {
    for (const kind of ['execution', 'step'] as const) {
      const name = bossQueue(kind, queue)
      if (await this.#boss.getQueue(name)) continue
      await this.#boss.createQueue(name, { partition: true, retentionSeconds: RETENTION_SECONDS, retryLimit: 0 })
    }
    // pg-boss looks a queue up when it is first used: now, and not inside somebody's transaction.
    for (const kind of ['execution', 'step'] as const) await this.#boss.insert(bossQueue(kind, queue), [])
  }
}

/** Installs or updates pg-boss's own schema; safe from several processes at once. */
export async function migrateDispatch(url: string, names: Names): Promise<void> {
  const boss = new PgBoss({ connectionString: url, schema: names.boss, supervise: false, schedule: false, max: 1 })
  boss.on('error', () => {})
  await boss.start()
  await boss.stop({ graceful: false })
}

type BossDatabase = NonNullable<ConnectionOptions['db']>

function database(execute: Execute): BossDatabase {
  return {
    async executeSql(text, values) {
      const { rows } = await execute(text, values)
      return { rows }
    },
  }
}

function toInsert(job: Job): { id?: string; data: object; priority: number; startAfter?: Date | string } {
  const { after: start, priority = 0 } = job
  const after = start === undefined ? {} : { startAfter: start instanceof Date ? start : `${start} milliseconds` }
  if (job.kind === 'step') return { id: job.id, data: {}, priority, ...after }
  return { ...(job.id === undefined ? {} : { id: job.id }), data: { execution: job.execution }, priority, ...after }
}

/** pg-boss refuses a batch that names an id twice. */
function unique(jobs: readonly Job[]): readonly Job[] {
  const seen = new Set<string>()
  return jobs.filter((job) => {
    if (job.id === undefined) return true
    if (seen.has(job.id)) return false
    seen.add(job.id)
    return true
  })
}
