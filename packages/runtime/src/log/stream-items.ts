// The statements that write to streams. What they have in common: the fence first (see append.ts), then the executions'
// rows, then the streams' in the order of their names, so that those who write at the same time wait for each other in one
// order.
//
// The executions are locked `for share`: the end of one waits for a publication under way, and a publication that waited for
// an end finds it ended and writes nothing. So nobody who has read a stream to its end has missed an item.
import type pg from 'pg'
import { unfenced } from './fenced.ts'
import type { Names } from './names.ts'

/** A row of `stream_items` to be; its offset comes with the insert. */
export interface NewItem {
  readonly execution: string
  readonly stream: string
  /** The call that publishes: a step's, or one of the workflow's own code. */
  readonly command: string | null
  /** Of the step; null where the workflow's own code publishes. */
  readonly attempt: number | null
  readonly key: string | null
  readonly payload: string | null
}

/** What has become of an item. */
export interface Written {
  readonly live: number
  /** Names the transaction, for those who lost its connection. */
  readonly transaction: string
  /** Whether there is such an execution, and it goes on. */
  readonly open: boolean
  /** False where an item of the same key is there already. */
  readonly fresh: boolean
  /** Its place; null where it was not written. */
  readonly offset: number | null
}

/** The rows of `items` as a parameter list for `unnest`, which `input` reads. */
function inputOf(items: readonly NewItem[], put: (value: unknown) => string): string {
  return `unnest(${put(items.map((i) => i.execution))}::text[], ${put(items.map((i) => i.stream))}::text[],
      ${put(items.map((i) => i.command))}::text[], ${put(items.map((i) => i.attempt))}::int[],
      ${put(items.map((i) => i.key))}::text[], ${put(items.map((i) => i.payload))}::json[])
      with ordinality i (execution_id, stream, command, attempt, key, payload, n)`
}

/** CTEs that give the rows of `fresh` their offsets and write them, except to streams that are closed. */
function numberedAndWritten({ schema }: Names): readonly string[] {
  return [
    `counted as (
      insert into ${schema}.streams as s (execution_id, stream, next)
      select execution_id, stream, count(*)::int from fresh group by execution_id, stream order by execution_id, stream
      on conflict (execution_id, stream) do update set next = s.next + excluded.next where s.closed_at is null
      returning s.execution_id, s.stream, s.next, s.followed)`,
    `numbered as (
      select f.*, (c.next - count(*) over w + row_number() over (partition by f.execution_id, f.stream order by n) - 1)::int as place
      from fresh f join counted c on c.execution_id = f.execution_id and c.stream = f.stream
      window w as (partition by f.execution_id, f.stream))`,
    `written as (
      insert into ${schema}.stream_items (execution_id, stream, "offset", command, attempt, key, payload)
      select execution_id, stream, place, command, attempt, key, payload from numbered)`,
  ]
}

/**
 * CTEs that write what executions publish themselves, in the commit of the turn: to that belongs `me`, and `ended` where some
 * end with it. Their rows are locked before the streams', as publishers do.
 */
export function ownItems(names: Names, items: readonly NewItem[], put: (value: unknown) => string, ending: boolean): readonly string[] {
  return [
    `input as materialized (select * from ${inputOf(items, put)})`,
    `fresh as materialized (
      select i.* from me, input i${ending ? ', (select count(*) from ended) after' : ''}
      where not exists (select from ${names.schema}.stream_items t where t.execution_id = i.execution_id and t.stream = i.stream
        and t.command = i.command and t.key = i.key))`,
    ...numberedAndWritten(names),
  ]
}

/** One NOTIFY, and only where somebody follows; '*' says: look yourself. A payload holds less than 8000 bytes. */
export function toldOf(names: Names, source: string): string {
  return `(select pg_notify('${names.streams}', case when sum(octet_length(execution_id) + octet_length(stream) + 2) < 7900
      then string_agg(execution_id || chr(31) || stream, E'\\n') else '*' end)::text from ${source} where followed having count(*) > 0)`
}

/** Writes items of steps; answers a `Written` for each, in their order. */
export function publishStatement(names: Names, worker: number, items: readonly NewItem[]): pg.QueryConfig {
  const { schema } = names
  const values: unknown[] = [worker, [...new Set(items.map((item) => item.execution))]]
  const put = (value: unknown): string => `$${values.push(value)}`
  const parts = [
    `me as materialized (${unfenced(names)})`,
    `input as materialized (select * from ${inputOf(items, put)})`,
    `open as materialized (
      select x.id from ${schema}.executions x, me where x.id = any($2::text[]) and x.ended_at is null order by x.id for share of x)`,
    // The first of a key, and only where there was none. Two who write it at once meet at the unique index.
    `fresh as materialized (
      select i.* from input i join open o on o.id = i.execution_id
      where i.key is null or (i.n = (select min(j.n) from input j where j.execution_id = i.execution_id and j.stream = i.stream
          and j.command = i.command and j.key = i.key)
        and not exists (select from ${schema}.stream_items t where t.execution_id = i.execution_id and t.stream = i.stream
          and t.command = i.command and t.key = i.key)))`,
    ...numberedAndWritten(names),
  ]
  return {
    name: 'publish',
    text: `with ${parts.join(',\n')}
      select (select count(*) from me)::int as live, pg_current_xact_id()::text as transaction, ${toldOf(names, 'counted')} as told,
        o.id is not null as open, f.n is not null as fresh, m.place as offset
      from input i left join open o on o.id = i.execution_id left join fresh f on f.n = i.n left join numbered m on m.n = i.n
      order by i.n`,
    values,
  }
}

/** A stream of an execution. */
export interface StreamName {
  readonly execution: string
  readonly stream: string
}

/** Closes streams, also those that nobody has published to. */
export function closeStatement(names: Names, worker: number, streams: readonly StreamName[]): pg.QueryConfig {
  const { schema } = names
  return {
    name: 'close-streams',
    text: `with me as materialized (${unfenced(names)}),
      input as (select distinct * from unnest($2::text[], $3::text[]) i (execution_id, stream)),
      open as materialized (
        select x.id from ${schema}.executions x, me where x.id = any($2::text[]) and x.ended_at is null order by x.id for share of x),
      closed as (
        insert into ${schema}.streams as s (execution_id, stream, closed_at)
        select i.execution_id, i.stream, clock_timestamp() from input i join open o on o.id = i.execution_id order by 1, 2
        on conflict (execution_id, stream) do update set closed_at = excluded.closed_at where s.closed_at is null
        returning s.execution_id, s.stream, s.followed)
      select (select count(*) from me)::int as live, ${toldOf(names, 'closed')} as told`,
    values: [worker, streams.map((each) => each.execution), streams.map((each) => each.stream)],
  }
}

/** Whether items are there, of a transaction whose commit was not heard of. */
export function writtenStatement({ schema }: Names, transaction: string, items: readonly (NewItem & { readonly offset: number })[]): pg.QueryConfig {
  return {
    name: 'publish-settled',
    text: `select pg_xact_status($1::xid8) as status,
        (select count(*) from ${schema}.stream_items s join unnest($2::text[], $3::text[], $4::int[], $5::text[], $6::text[]) i (id, name, place, who, what)
          on s.execution_id = i.id and s.stream = i.name and s."offset" = i.place
            and s.command is not distinct from i.who and s.payload::text is not distinct from i.what)::int as there`,
    values: [
      transaction, items.map((i) => i.execution), items.map((i) => i.stream), items.map((i) => i.offset), items.map((i) => i.command),
      items.map((i) => i.payload),
    ],
  }
}
