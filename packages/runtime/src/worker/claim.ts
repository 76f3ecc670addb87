// Taking work from the queues: fetch, own and remove the job in one transaction, so that a crash at any point leaves either
// the job or the ownership, never neither.
import { sql, type Transaction } from 'kysely'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { executeIn } from '../dispatch/execute-in.ts'
import type { Job } from '../dispatch/job.ts'
import { QUERY_COMMAND, TaskData } from '../dispatch/tasks.ts'
import type { Database } from '../log/database.ts'
import type { Faults } from '../log/fault-points.ts'
import { Fenced, unfenced } from '../log/fenced.ts'
import type { Names } from '../log/names.ts'
import { codeKey, versionKey } from '../log/served-code.ts'
import type { Encoded } from '../payload/codec.ts'
import type { Tables } from '../log/tables.ts'
import { type Execute, transaction } from '../log/transaction.ts'
import { codeOf, type Registered, type Registry } from './registry.ts'

export interface ClaimOptions {
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly names: Names
  readonly worker: number
  readonly queue: string
  readonly max: number
  /** The workflows this worker serves. */
  readonly registry: Registry
  /** Whether an execution may be taken that several workers have died with; one at a time, and nothing else like it beside. */
  readonly suspects: boolean
  readonly faults: Faults
}

export interface ClaimedExecution {
  readonly id: string
  /** The code it is run with here. */
  readonly workflow: Registered
  /** What it ran on before, for when it does not fit. */
  readonly before: { readonly version: string; readonly code: string | null }
  /** Workers that died with it in hand since it last got on. */
  readonly takeovers: number
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

/** From so many deaths on an execution is taken alone, so that the innocent do not die with it again and again. */
export const SUSPECT = 2
/** Jobs that are not for this worker go back with a delay, for a worker of that queue they are for. */
const GIVE_BACK_MS = 1_000
/** From so many rows on a claim is planned anew: Postgres keeps a plan that it made when the tables were all but empty. */
const PLANNED_ANEW = 64
/** The most that others are told of after one claim; a NOTIFY each. */
const MAX_HANDED = 100

/** @throws Fenced if this worker has been taken over. */
export async function claimExecutions(options: ClaimOptions): Promise<Claim<ClaimedExecution>> {
  const { database, dispatcher, queue, max, faults } = options
  const claim = await transaction(database.pool, async (execute) => {
    const jobs = await dispatcher.fetchExecutions(execute, queue, max)
    if (jobs.length === 0) return { claimed: [], fetched: 0, foreign: [] }
    await faults('claim:before')
    const { claimed, left } = await own(execute, options, jobs.map(({ execution }) => execution))
    await dispatcher.remove(execute, 'execution', queue, jobs.map(({ id }) => id))
    await dispatcher.enqueue(execute, left.map(({ id, priority }): Job => ({ kind: 'execution', queue, execution: id, priority, after: giveBackMs() })))
    await handOver(execute, options.names, left)
    const foreign = left.filter((row) => !options.registry.get(row.workflow)).map((row) => row.workflow)
    return { claimed: inOrder(claimed, jobs.map(({ execution }) => execution)), fetched: jobs.length, foreign }
  })
  if (claim.fetched > 0) await faults('claim:after')
  return claim
}

/** Claims executions that another worker has met and that are for this one; their jobs are still on the queue, and come too late. */
export async function claimHanded(options: Omit<ClaimOptions, 'queue' | 'max'>, ids: readonly string[]): Promise<Claim<ClaimedExecution>> {
  const claim = await transaction(options.database.pool, async (execute) => {
    await options.faults('claim:before')
    const { claimed } = await own(execute, options, ids)
    return { claimed, fetched: ids.length, foreign: [] }
  })
  await options.faults('claim:after')
  return claim
}

/** Tells workers of executions that are for them; with the job alone who is not meant might be the first each time. */
async function handOver(execute: Execute, names: Names, left: readonly FreeRow[]): Promise<void> {
  const handed = left.filter(({ better }) => better !== null).slice(0, MAX_HANDED)
  if (handed.length === 0) return
  await execute('select pg_notify(channel, $2 || id) from unnest($1::text[], $3::text[]) t (channel, id)', [
    handed.map(({ better }) => names.inbox(better ?? 0)), HANDED, handed.map(({ id }) => id),
  ])
}

/** Begins the notification to a worker of an execution that is for it. */
export const HANDED = 'handed '

/** Not the same for each: else who gives back and the heartbeat that looks again stay in step. */
function giveBackMs(): number {
  return Math.round(GIVE_BACK_MS * (1 + Math.random()))
}

/** An execution that nobody owns; `served` is the place of the code to run it with, null if that is not here or not for us. */
interface FreeRow extends Omit<ClaimedExecution, 'workflow' | 'before'> {
  readonly live: boolean | null
  readonly workflow: string
  readonly version: string
  readonly code: string | null
  readonly served: number | null
  readonly mine: boolean
  /** A live worker that it is rather for. */
  readonly better: number | null
}

/**
 * Owns those executions that nobody owns and that are for this worker (ADR 11), and returns them with the others among them.
 *
 * An execution is for whoever serves its very code. While nobody alive does, it is for those that serve its version; while nobody
 * alive does that, for those that serve another. Only what is not a plain match asks the table of workers.
 *
 * Owned already, ended or blocked: the job was a hint that came too late, and is just removed. A row that somebody has
 * locked is waited for, in the order of ids: to skip it would lose its job.
 */
async function own(
  execute: Execute, { names, worker, registry, suspects }: Omit<ClaimOptions, 'queue' | 'max'>, ids: readonly string[],
): Promise<{ readonly claimed: readonly ClaimedExecution[]; readonly left: readonly FreeRow[] }> {
  const { schema } = names
  if (ids.length >= PLANNED_ANEW) await execute('set local plan_cache_mode = force_custom_plan')
  const served = [...registry.values()]
  const codes = served.map(codeOf)
  const workflows = [...registry.names()]
  const newest = workflows.map((name) => served.findIndex((each) => each === registry.get(name)) + 1)
  const { rows } = await execute(
    `with me as materialized (${unfenced(names)}),
      free as materialized (
        select x.id, x.workflow, x.version, x.code, x.queue, x.takeovers, x.priority,
          x.status = 'pending' and not exists (select from ${schema}.inbox where execution_id = x.id) as fresh,
          e.payload as input, e.meta, e.at,
          case
            when x.workflow || '@' || x.version || '#' || x.code = any($3) then array_position($3, x.workflow || '@' || x.version || '#' || x.code)
            when x.workflow || '@' || x.version = any($4) then case when x.code is null or not exists (
              select from ${schema}.workers w where not w.fenced and x.workflow || '@' || x.version || '#' || x.code = any(w.serves)
            ) then array_position($4, x.workflow || '@' || x.version) end
            when x.workflow = any($7) then case when not exists (
              select from ${schema}.workers w, unnest(w.serves) s where not w.fenced and starts_with(s, x.workflow || '@' || x.version || '#')
            ) then ($8::int[])[array_position($7, x.workflow)] end
          end as served
        from me, ${schema}.executions x left join ${schema}.events e on x.status = 'pending' and e.execution_id = x.id and e.seq = 1
        where x.id = any($2) and x.owner is null and x.status in ('pending', 'running') order by x.id for update of x),
      chosen as materialized (
        select *, served is not null and (takeovers < ${SUSPECT}
          or $9 and id = (select min(id) from free where takeovers >= ${SUSPECT} and served is not null)) as mine from free),
      owned as (
        update ${schema}.executions x set owner = $1, status = 'running', wake_at = null, started_at = coalesce(x.started_at, now()),
          version = ($5::text[])[c.served], code = ($6::text[])[c.served]
        from chosen c where x.id = c.id and c.mine)
      select true as live, null as id, null as workflow, null as version, null as code, null as takeovers, null as priority, null as fresh,
        null as input, null as meta, null::timestamptz as at, null as served, null as mine, null as better from me
      union all select null, id, workflow, version, code, takeovers, priority, fresh, input, meta, at, served, mine,
        case when served is null then (
          select w.id from ${schema}.workers w where not w.fenced and w.id <> $1 and x.queue = any(w.queues)
            and exists (select from unnest(w.serves) s where starts_with(s, x.workflow || '@' || x.version || '#'))
          order by x.workflow || '@' || x.version || '#' || x.code = any(w.serves) desc nulls last, random() limit 1) end as better from chosen x`,
    [
      worker, ids, codes.map(codeKey), codes.map(versionKey), codes.map(({ version }) => version), codes.map(({ semanticHash }) => semanticHash),
      workflows, newest, suspects,
    ],
  )
  const [live, ...free] = rows as FreeRow[]
  if (!live?.live) throw new Fenced(worker)
  const claimed: ClaimedExecution[] = []
  const left: FreeRow[] = []
  for (const row of free) {
    const workflow = row.mine && row.served !== null ? served[row.served - 1] : undefined
    if (!workflow) left.push(row)
    else claimed.push({ ...row, workflow, before: { version: row.version, code: row.code } })
  }
  return { claimed, left }
}

/** @throws Fenced if this worker has been taken over. */
export async function claimSteps(options: ClaimOptions): Promise<Claim<ClaimedStep>> {
  const { database, dispatcher, names, worker, queue, max, registry, faults } = options
  const claim = await database.db.transaction().execute(async (trx) => {
    const jobs = await dispatcher.fetchSteps(executeIn(trx), queue, max)
    if (jobs.length === 0) return { claimed: [], fetched: 0, foreign: [] }
    await faults('claim:before')
    const { rows: live } = await executeIn(trx)(unfenced(names), [worker])
    if (live.length === 0) throw new Fenced(worker)
    const tasks = await openTasks(trx, jobs)
    const elsewhere = await liveElsewhere(trx, registry, tasks)
    const ours = tasks.filter(({ data }) => registry.get(data.workflow) && !elsewhere.has(data))
    const foreign = tasks.filter((task) => !ours.includes(task))
    if (ours.length > 0) {
      await trx.updateTable('tasks').set({ worker }).where('id', 'in', ours.map(({ id }) => id)).execute()
    }
    await dispatcher.remove(executeIn(trx), 'step', queue, jobs)
    await dispatcher.enqueue(executeIn(trx), foreign.map(({ id, priority }): Job => ({ kind: 'step', queue, id, priority, after: giveBackMs() })))
    return { claimed: inOrder(ours, jobs), fetched: jobs.length, foreign: foreign.filter(({ data }) => !registry.get(data.workflow)).map(({ data }) => data.workflow) }
  })
  if (claim.fetched > 0) await faults('claim:after')
  return claim
}

/** Steps of versions that are not served here while a worker lives that serves them; without one they are for any version. */
async function liveElsewhere(trx: Transaction<Tables>, registry: Registry, tasks: readonly ClaimedStep[]): Promise<ReadonlySet<TaskData>> {
  const strange = tasks.map(({ data }) => data).filter(({ workflow, version }) => version !== undefined && !registry.get(workflow, version))
  if (strange.length === 0) return new Set()
  const workers = await trx.selectFrom('workers').select('serves').where('fenced', '=', false).execute()
  const live = workers.flatMap(({ serves }) => serves)
  return new Set(strange.filter(({ workflow: name, version = '' }) => live.some((code) => code.startsWith(`${versionKey({ name, version })}#`))))
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
