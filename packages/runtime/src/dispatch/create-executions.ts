// How executions come into being: their rows and their first events, and who is to have them. A live worker that serves them gets
// them at once, and is told so; where there is none, jobs wait for one.
import type { StoredAttribute } from '@baton/sdk/host'
import type { StartInfo } from '../core/start-info.ts'
import type { Names } from '../log/names.ts'
import { startMeta } from '../log/start-meta.ts'
import type { Execute } from '../log/transaction.ts'
import type { Encoded } from '../payload/codec.ts'
import type { Dispatcher } from './dispatcher.ts'
import { bossQueue } from './job.ts'

/** An execution to be, its input checked and encoded. */
export interface NewExecution {
  readonly id: string
  readonly workflow: string
  readonly version: string
  readonly queue: string
  readonly priority: number
  readonly input: Encoded
  /** What its first event says besides the input. */
  readonly start: StartInfo
  /** Search attributes as they are stored; default none. */
  readonly attributes?: Readonly<Record<string, StoredAttribute>>
  /** Default none. */
  readonly memo?: Encoded
  /** Whether somebody waits for the result already. */
  readonly awaited: boolean
}

/** Creates those whose ids do not exist, and returns their ids. No id may come twice. */
export async function createExecutions(
  execute: Execute, dispatcher: Dispatcher, names: Names, wanted: readonly NewExecution[],
): Promise<ReadonlySet<string>> {
  const assigned = await assignExecutions(execute, names, wanted)
  const rest = wanted.filter(({ id }) => !assigned.has(id))
  if (rest.length === 0) return assigned
  return new Set([...assigned, ...(await queueExecutions(execute, dispatcher, names, rest))])
}

/** How old a heartbeat may be of a worker that is given something. */
const ALIVE_MS = 2_500
/** A NOTIFY takes less than 8,000 bytes; an id 800 at most. */
const TOLD_BYTES = 7_000

/** Begins the notification to a worker of executions that were given to it as they were started; then their ids, one a line. */
export const STARTED = 'started '

const GIVEN = `given as materialized (
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[], $6::json[], $7::json[], $8::text[], $9::int[], $10::jsonb[], $11::json[])
        with ordinality g (id, workflow, version, queue, awaited, input, meta, parent, priority, attributes, memo, n)
    )`

function givenValues(wanted: readonly NewExecution[]): unknown[] {
  return [
    wanted.map(({ id }) => id), wanted.map(({ workflow }) => workflow), wanted.map(({ version }) => version),
    wanted.map(({ queue }) => queue), wanted.map(({ awaited }) => awaited), wanted.map(({ input }) => input),
    wanted.map(({ start }) => startMeta(start)),
    wanted.map(({ start }) => start.parent?.execution ?? null), wanted.map(({ priority }) => priority),
    wanted.map(({ attributes = {} }) => (Object.keys(attributes).length === 0 ? null : JSON.stringify(attributes))),
    wanted.map(({ memo = null }) => memo),
  ]
}

/**
 * Creates those that a live worker can be given, in one statement, and returns their ids; no job, no claim. Not for a transaction
 * that may last: a takeover waits for it.
 *
 * `locked` keeps the workers that were chosen from being fenced until the commit: so whatever they own is given back by who
 * fences them. It is the lock of a foreign key, which heartbeats and flushes do not meet.
 */
export async function assignExecutions(execute: Execute, names: Names, wanted: readonly NewExecution[]): Promise<ReadonlySet<string>> {
  const { schema } = names
  const { rows } = await execute(
    `with ${GIVEN}, takers as materialized (
      select k.workflow, k.version, k.queue, w.id as worker, c.code,
        row_number() over (partition by k.workflow, k.version, k.queue order by random()) - 1 as place, count(*) over (partition by k.workflow, k.version, k.queue) as places
      from (select distinct workflow, version, queue from given) k join ${schema}.workers w
        on not w.fenced and w.accepts and w.heartbeat_at > clock_timestamp() - interval '${ALIVE_MS} ms' and k.queue = any(w.queues)
      cross join lateral (
        select substr(s, length(k.workflow || '@' || k.version || '#') + 1) as code from unnest(w.serves) s
        where starts_with(s, k.workflow || '@' || k.version || '#') limit 1) c
    ), chosen as materialized (
      select g.*, t.worker, t.code from given g join takers t using (workflow, version, queue) where t.place = g.n % t.places
    ), locked as materialized (
      select id from ${schema}.workers where id in (select worker from chosen) and not fenced and accepts order by id for key share
    ), made as (
      insert into ${schema}.executions (id, workflow, version, queue, awaited, parent, priority, attributes, memo, owner, status, started_at, code)
      select c.id, workflow, version, queue, awaited, parent, priority, attributes, memo, worker, 'running', now(), code
      from chosen c join locked l on l.id = c.worker order by c.id on conflict (id) do nothing returning id, owner
    ), logged as (
      insert into ${schema}.events (execution_id, seq, type, payload, meta)
      select id, 1, 'ExecutionStarted', input, meta from given join made using (id)
    ), told as (
      select pg_notify('${names.inbox('')}' || owner, '${STARTED}' || string_agg(id, E'\n' order by id)) from (
        select id, owner, sum(octet_length(id) + 1) over (partition by owner order by id) / ${TOLD_BYTES} as part from made
      ) parts group by owner, part
    ) select id, (select count(*) from told) as told from made`,
    givenValues(wanted),
  )
  return new Set((rows as { id: string }[]).map(({ id }) => id))
}

/** Creates executions that wait for a worker, with their jobs. */
export async function queueExecutions(
  execute: Execute, dispatcher: Dispatcher, { schema, jobs }: Names, wanted: readonly NewExecution[],
): Promise<ReadonlySet<string>> {
  const { rows } = await execute(
    `with ${GIVEN}, made as (
      insert into ${schema}.executions (id, workflow, version, queue, awaited, parent, priority, attributes, memo)
      select id, workflow, version, queue, awaited, parent, priority, attributes, memo from given order by id on conflict (id) do nothing returning id
    ), logged as (
      insert into ${schema}.events (execution_id, seq, type, payload, meta)
      select id, 1, 'ExecutionStarted', input, meta from given join made using (id)
    ), woken as (
      select pg_notify('${jobs}', name) from unnest($12::text[]) name where exists (select from made)
    ) select id, (select count(*) from woken) as woken from made`,
    [...givenValues(wanted), [...new Set(wanted.map(({ queue }) => bossQueue('execution', queue)))]],
  )
  const created = new Set((rows as { id: string }[]).map(({ id }) => id))
  const fresh = wanted.filter(({ id }) => created.has(id))
  await dispatcher.enqueueQuietly(execute, fresh.map(({ id, queue, priority }) => ({ kind: 'execution', queue, execution: id, priority })))
  return created
}
