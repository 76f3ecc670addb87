// Taking work from the queues: fetch, own and remove the job in one transaction, so that a crash at any point leaves either
// the job or the ownership, never neither.
import { sql, type Transaction } from 'kysely'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { executeIn } from '../dispatch/execute-in.ts'
import type { Job } from '../dispatch/job.ts'
import { QUERY_COMMAND, TaskData } from '../dispatch/tasks.ts'
import type { Database } from '../log/database.ts'
import type { Faults } from '../log/fault-points.ts'
import { Fenced } from '../log/fenced.ts'
import type { Names } from '../log/names.ts'
import type { Encoded } from '../payload/codec.ts'
import type { Tables } from '../log/tables.ts'
import { type Execute, transaction } from '../log/transaction.ts'

export interface ClaimOptions {
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly names: Names
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
  /** Never owned before: its history is its input, and nothing waits for it. */
  readonly fresh: boolean
  /** The input of a fresh one, as it was encoded. */
  readonly input: Encoded
  readonly priority: number
  /** What else its first event says, and when that was. */
  readonly meta: string | null
  readonly at: Date
}

export interface ClaimedStep {
  readonly id: string
  readonly execution: string
  readonly command: string
  readonly data: TaskData
  readonly priority: number
  /** What the attempt reported on a worker that is gone. */
  readonly reported: Encoded | undefined
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
  const { database, dispatcher, names, worker, queue, max, workflows, faults } = options
  const claim = await transaction(database.pool, async (execute) => {
    const jobs = await dispatcher.fetchExecutions(execute, queue, max)
    if (jobs.length === 0) return { claimed: [], fetched: 0, foreign: [] }
    await faults('claim:before')
    const rows = await own(execute, names, worker, jobs.map(({ execution }) => execution), [...workflows])
    await dispatcher.remove(execute, 'execution', queue, jobs.map(({ id }) => id))
    const claimed = inOrder(rows.filter((row) => workflows.has(row.workflow)), jobs.map(({ execution }) => execution))
    const foreign = rows.filter((row) => !workflows.has(row.workflow))
    await dispatcher.enqueue(execute, foreign.map(({ id, priority }): Job => ({ kind: 'execution', queue, execution: id, priority, after: GIVE_BACK_MS })))
    return { claimed, fetched: jobs.length, foreign: foreign.map((row) => row.workflow) }
  })
  if (claim.fetched > 0) await faults('claim:after')
  return claim
}

/**
 * Owns those executions that nobody owns, and returns them with the foreign ones among them.
 *
 * Owned already, ended or blocked: the job was a hint that came too late, and is just removed. A row that somebody has
 * locked is waited for, in the order of ids: to skip it would lose its job.
 */
async function own(
  execute: Execute, { schema }: Names, worker: number, ids: readonly string[], workflows: readonly string[],
): Promise<readonly ClaimedExecution[]> {
  const { rows } = await execute(
    `with me as materialized (select from ${schema}.workers where id = $1 and not fenced for share),
      free as materialized (
        select x.id, x.workflow, x.priority, x.status = 'pending' and not exists (select from ${schema}.inbox where execution_id = x.id) as fresh,
          e.payload as input, e.meta, e.at
        from me, ${schema}.executions x left join ${schema}.events e on x.status = 'pending' and e.execution_id = x.id and e.seq = 1
        where x.id = any($2) and x.owner is null and x.status in ('pending', 'running') order by x.id for update of x),
      owned as (
        update ${schema}.executions x set owner = $1, status = 'running', wake_at = null, started_at = coalesce(x.started_at, now())
        from free where x.id = free.id and free.workflow = any($3))
      select true as live, null as id, null as workflow, null as fresh, null as input, null as priority, null as meta, null::timestamptz as at from me
      union all select null, id, workflow, fresh, input, priority, meta, at from free`,
    [worker, ids, workflows],
  )
  const [live, ...free] = rows as (ClaimedExecution & { live: boolean | null })[]
  if (!live?.live) throw new Fenced(worker)
  return free
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
    await dispatcher.enqueue(executeIn(trx), foreign.map(({ id, priority }): Job => ({ kind: 'step', queue, id, priority, after: GIVE_BACK_MS })))
    return { claimed: inOrder(ours, jobs), fetched: jobs.length, foreign: foreign.map(({ data }) => data.workflow) }
  })
  if (claim.fetched > 0) await faults('claim:after')
  return claim
}

/** Of the fetched ones, those that nobody has taken and whose execution still wants them. */
async function openTasks(trx: Transaction<Tables>, ids: readonly string[]): Promise<readonly ClaimedStep[]> {
  const rows = await trx
    .selectFrom('tasks as t')
    .innerJoin('executions as x', 'x.id', 't.execution_id')
    .leftJoin('heartbeats as h', (join) => join.onRef('h.execution_id', '=', 't.execution_id').onRef('h.command', '=', 't.command'))
    .select(['t.id', 't.execution_id as execution', 't.command', 't.data', 't.priority', 'h.attempt as reportedBy', 'h.details', sql<boolean>`h.at >= t.at`.as('recent')])
    .where('t.id', 'in', ids)
    .where('t.worker', 'is', null)
    .where((where) => where.or([where('x.status', 'in', ['pending', 'running']), where('t.command', '=', QUERY_COMMAND)]))
    .orderBy('t.id')
    .forUpdate('t')
    .execute()
  return rows.map(({ id, execution, command, priority, data: text, reportedBy, details, recent }) => {
    const data = TaskData.parse(JSON.parse(text))
    return { id, execution, command, priority, data, reported: recent && reportedBy === data.attempt ? details : undefined }
  })
}

/** Rows are locked in the order of their ids and begun in that of the jobs: the higher priority first. */
function inOrder<T extends { readonly id: string }>(rows: readonly T[], ids: readonly string[]): readonly T[] {
  const place = new Map(ids.map((id, i) => [id, i]))
  return rows.toSorted((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0))
}

async function assertLive(trx: Transaction<Tables>, worker: number): Promise<void> {
  const row = await trx.selectFrom('workers').select('id').where('id', '=', worker).where('fenced', '=', false).forShare().executeTakeFirst()
  if (!row) throw new Fenced(worker)
}
