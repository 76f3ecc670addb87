// Taking work from the queues: fetch, own and remove the job in one transaction, so that a crash at any point leaves either
// the job or the ownership, never neither.
import { sql, type Transaction } from 'kysely'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { executeIn } from '../dispatch/execute-in.ts'
import type { Job } from '../dispatch/job.ts'
import { TaskData } from '../dispatch/tasks.ts'
import type { Database } from '../log/database.ts'
import type { Faults } from '../log/fault-points.ts'
import { Fenced } from '../log/fenced.ts'
import type { Tables } from '../log/tables.ts'

export interface ClaimOptions {
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly worker: number
  readonly queue: string
  readonly max: number
  /** The workflows this worker serves. */
  readonly workflows: ReadonlySet<string>
  readonly faults: Faults
}

export interface ClaimedExecution {
  readonly id: string
  readonly workflow: string
}

export interface ClaimedStep {
  readonly id: string
  readonly execution: string
  readonly command: string
  readonly data: TaskData
}

export interface Claim<T> {
  readonly claimed: readonly T[]
  /** Jobs that were on the queue, for the caller to know whether there may be more. */
  readonly fetched: number
  /** Workflows that came up on the queue and are not served here; their jobs went back. */
  readonly foreign: readonly string[]
}

/** Jobs of workflows that are not served here go back with a delay, for a worker of that queue that serves them. */
const GIVE_BACK_MS = 1_000

/** @throws Fenced if this worker has been taken over. */
export async function claimExecutions(options: ClaimOptions): Promise<Claim<ClaimedExecution>> {
  const { database, dispatcher, worker, queue, max, workflows, faults } = options
  const claim = await database.db.transaction().execute(async (trx) => {
    const jobs = await dispatcher.fetchExecutions(executeIn(trx), queue, max)
    if (jobs.length === 0) return { claimed: [], fetched: 0, foreign: [] }
    await faults('claim:before')
    await assertLive(trx, worker)
    // Owned already, ended or blocked: the job is a hint that came too late, and is just removed. A row that somebody has
    // locked is waited for, in the order of ids: to skip it would lose its job.
    const rows = await trx
      .selectFrom('executions')
      .select(['id', 'workflow'])
      .where('id', 'in', jobs.map(({ execution }) => execution))
      .where('owner', 'is', null)
      .where('status', 'in', ['pending', 'running'])
      .orderBy('id')
      .forUpdate()
      .execute()
    const ours = rows.filter((row) => workflows.has(row.workflow))
    const foreign = rows.filter((row) => !workflows.has(row.workflow))
    if (ours.length > 0) {
      await trx
        .updateTable('executions')
        .set({ owner: worker, status: 'running', wake_at: null, started_at: sql<Date>`coalesce(started_at, now())` })
        .where('id', 'in', ours.map(({ id }) => id))
        .execute()
    }
    await dispatcher.remove(executeIn(trx), 'execution', queue, jobs.map(({ id }) => id))
    const after = new Date(Date.now() + GIVE_BACK_MS)
    await dispatcher.enqueue(executeIn(trx), foreign.map(({ id }): Job => ({ kind: 'execution', queue, execution: id, after })))
    return { claimed: ours, fetched: jobs.length, foreign: foreign.map((row) => row.workflow) }
  })
  if (claim.fetched > 0) await faults('claim:after')
  return claim
}

/** @throws Fenced if this worker has been taken over. */
export async function claimSteps(options: ClaimOptions): Promise<Claim<ClaimedStep>> {
  const { database, dispatcher, worker, queue, max, workflows, faults } = options
  const claim = await database.db.transaction().execute(async (trx) => {
    const jobs = await dispatcher.fetchSteps(executeIn(trx), queue, max)
    if (jobs.length === 0) return { claimed: [], fetched: 0, foreign: [] }
    await faults('claim:before')
    await assertLive(trx, worker)
    const tasks = await openTasks(trx, jobs)
    const ours = tasks.filter(({ data }) => workflows.has(data.workflow))
    const foreign = tasks.filter(({ data }) => !workflows.has(data.workflow))
    if (ours.length > 0) {
      await trx.updateTable('tasks').set({ worker }).where('id', 'in', ours.map(({ id }) => id)).execute()
    }
    await dispatcher.remove(executeIn(trx), 'step', queue, jobs)
    const after = new Date(Date.now() + GIVE_BACK_MS)
    await dispatcher.enqueue(executeIn(trx), foreign.map(({ id }): Job => ({ kind: 'step', queue, id, after })))
    return { claimed: ours, fetched: jobs.length, foreign: foreign.map(({ data }) => data.workflow) }
  })
  if (claim.fetched > 0) await faults('claim:after')
  return claim
}

/** Of the fetched ones, those that nobody has taken and whose execution still wants them. */
async function openTasks(trx: Transaction<Tables>, ids: readonly string[]): Promise<readonly ClaimedStep[]> {
  const rows = await trx
    .selectFrom('tasks as t')
    .innerJoin('executions as x', 'x.id', 't.execution_id')
    .select(['t.id', 't.execution_id as execution', 't.command', 't.data'])
    .where('t.id', 'in', ids)
    .where('t.worker', 'is', null)
    .where('x.status', 'in', ['pending', 'running'])
    .orderBy('t.id')
    .forUpdate('t')
    .execute()
  return rows.map(({ data, ...row }) => ({ ...row, data: TaskData.parse(JSON.parse(data)) }))
}

async function assertLive(trx: Transaction<Tables>, worker: number): Promise<void> {
  const row = await trx.selectFrom('workers').select('id').where('id', '=', worker).where('fenced', '=', false).forShare().executeTakeFirst()
  if (!row) throw new Fenced(worker)
}
