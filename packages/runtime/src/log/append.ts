// The hot statement: everything that waits, of all executions of the process, in one commit.
//
// `me` is the fence: one row lock on this worker's row, shared, taken before anything is written. A takeover locks that
// row too, so it waits for a flush that is under way, and a flush that waited for a takeover finds `fenced` and writes nothing.
// It costs 0.01 to 0.04 ms and 56 WAL bytes a flush, however many executions the flush is for.
//
// The parts that a flush does not need are left out of its text: outcomes alone are one insert. Each variant has a
// name of its own and is planned once a connection. None has an answer to be read but its count of rows, which is 0 under a fenced
// identity: to describe and send a row costs a step's outcome as much as the fence does.
import type pg from 'pg'
import { plain, texts } from './arrays.ts'
import { unfenced } from './fenced.ts'
import { placeOf } from './lane-place.ts'
import type { Names } from './names.ts'
import { type NewItem, ownItems, toldOf } from './stream-items.ts'
import type { ExecutionStatus } from './tables.ts'

/** A row of `events` to be. */
export interface NewEvent {
  readonly execution: string
  readonly seq: number
  readonly type: string
  readonly command: string | null
  readonly payload: string | null
  readonly meta: string | null
  /** Ms of the database's clock, as this worker knows it. */
  readonly at: number
  /** In the log of an iteration: the number of the last event of the main log. */
  readonly after: number | null
  /** Among the events of all iterations, which it is. */
  readonly nth: number | null
}

/** The log of a forEach iteration. */
export interface Lane {
  readonly execution: string
  readonly lane: string
}

/** The place where the log of an iteration stands in `events`; an id holds no control character. */
export function laneId(execution: string, lane: string): string {
  return `${execution}\u001f${lane}`
}

/** A run that begins with the event of this number. */
export interface NewRun {
  readonly execution: string
  readonly seq: number
}

export interface NewEnd {
  readonly execution: string
  readonly status: ExecutionStatus
}

/** Search attributes that events set, by execution: values as they are stored, null for what is removed. */
export type AttributeChanges = ReadonlyMap<string, Readonly<Record<string, unknown>>>

/** What one flush writes. */
export interface FlushRows {
  readonly events: readonly NewEvent[]
  readonly ends: readonly NewEnd[]
  readonly runs: readonly NewRun[]
  /** Executions that get on after workers had died with them in hand. */
  readonly recovered: readonly string[]
  readonly opened: readonly Lane[]
  readonly closed: readonly Lane[]
  /** Ids of inbox rows whose events are among `events`, or that have no effect any more. */
  readonly consumed: readonly string[]
  /** Of the executions' own code; steps publish by themselves. */
  readonly items: readonly NewItem[]
  /** Of `events`, in clear text, whatever a codec makes of those; written by a statement of its own. */
  readonly attributes: AttributeChanges
}

/** Writes nothing, and counts no row, under a fenced identity. */
export function appendStatement(names: Names, worker: number, rows: FlushRows): pg.QueryConfig {
  const [only] = rows.events
  if (only && rows.events.length === 1 && isBare(only) && isEventsAlone(rows)) return appendOne(names, worker, only)
  return appendMany(names, worker, rows)
}

/** As most are: outcomes have neither. */
function isBare({ meta, after }: NewEvent): boolean {
  return meta === null && after === null
}

function isEventsAlone({ ends, runs, recovered, opened, closed, consumed, items }: FlushRows): boolean {
  return items.length === 0 && ends.length === 0 && consumed.length === 0 && runs.length === 0 && recovered.length === 0 && opened.length === 0 && closed.length === 0
}

/** A step's outcome on an idle system: no arrays to parse, no CTE to set up. */
function appendOne(names: Names, worker: number, { execution, seq, type, command, payload, at }: NewEvent): pg.QueryConfig {
  return {
    name: 'append-one',
    text: `insert into ${names.schema}.events (execution_id, seq, type, command, payload, at)
      select $2, $3, $4::${names.schema}.event_type, $5, $6::json, to_timestamp($7::float8 / 1000) from (${unfenced(names)}) me`,
    values: [worker, execution, seq, type, command, payload, at],
  }
}

function appendMany(names: Names, worker: number, rows: FlushRows): pg.QueryConfig {
  const { schema } = names
  const values: unknown[] = [worker]
  const put = (value: unknown): string => `$${values.push(value)}`
  const parts = [`me as materialized (${unfenced(names)})`]
  let name = 'append'
  if (rows.events.length > 0) {
    const { events } = rows
    const bare = events.every(isBare)
    name += bare ? '-outcomes' : '-events'
    const append = `
      insert into ${schema}.events (execution_id, seq, type, command, payload, at${bare ? '' : ', meta, place'})
      select e.id, e.seq, e.type, e.command, e.payload, to_timestamp(e.at / 1000)${bare ? '' : `, e.meta, ${placeOf('e.after', 'e.nth')}`} from me, unnest(
        ${put(texts(events.map((e) => e.execution)))}::text[], ${put(plain(events.map((e) => e.seq)))}::int[],
        ${put(plain(events.map((e) => e.type)))}::${schema}.event_type[], ${put(texts(events.map((e) => e.command)))}::text[],
        ${put(texts(events.map((e) => e.payload)))}::json[], ${put(plain(events.map((e) => e.at)))}::float8[]${bare ? '' : `,
        ${put(texts(events.map((e) => e.meta)))}::json[], ${put(events.map((e) => e.after))}::int[], ${put(events.map((e) => e.nth))}::int[]`}
      ) e (id, seq, type, command, payload, at${bare ? '' : ', meta, after, nth'})`
    if (isEventsAlone(rows)) return { name, text: `with ${parts.join()}${append}`, values }
    parts.push(`appended as (${append})`)
  }
  if (rows.consumed.length > 0) {
    name += '-consumed'
    parts.push(`consumed as (
      delete from ${schema}.inbox using me where id = any(${put(rows.consumed)}::bigint[]))`)
  }
  if (rows.runs.length > 0) {
    name += '-runs'
    parts.push(`continued as (
      update ${schema}.executions x set run_seq = r.seq, takeovers = 0, deaths = null
      from me, unnest(${put(rows.runs.map((r) => r.execution))}::text[], ${put(rows.runs.map((r) => r.seq))}::int[]) r (id, seq) where x.id = r.id)`)
  }
  if (rows.recovered.length > 0) {
    name += '-recovered'
    parts.push(`recovered as (
      update ${schema}.executions x set takeovers = 0, deaths = null from me where x.id = any(${put(rows.recovered)}::text[]))`)
  }
  if (rows.opened.length > 0) {
    name += '-opened'
    parts.push(`opened as (
      insert into ${schema}.lanes (execution_id, lane)
      select l.* from me, unnest(${put(rows.opened.map((l) => l.execution))}::text[], ${put(rows.opened.map((l) => l.lane))}::text[]) l)`)
  }
  if (rows.closed.length > 0) {
    name += '-closed'
    parts.push(`closed as (
      delete from ${schema}.lanes using me, unnest(${put(rows.closed.map((l) => l.execution))}::text[], ${put(rows.closed.map((l) => l.lane))}::text[]) l (id, lane)
      where execution_id = l.id and lanes.lane = l.lane)`)
  }
  let told = 'null'
  if (rows.ends.length > 0) {
    name += '-ends'
    parts.push(`ended as (
      update ${schema}.executions x set status = e.status, owner = null, ended_at = now()
      from me, unnest(${put(texts(rows.ends.map((e) => e.execution)))}::text[], ${put(plain(rows.ends.map((e) => e.status)))}::text[]) e (id, status)
      where x.id = e.id returning x.id, x.awaited)`)
    // One NOTIFY a flush, and only where somebody waits. A payload holds less than 8000 bytes; '*' says: look yourself.
    told = `(select pg_notify('${names.ended}', case when sum(octet_length(id) + 1) < 7900 then string_agg(id, E'\\n') else '*' end)::text
      from ended where awaited having count(*) > 0)`
  }
  let heard = 'null'
  if (rows.items.length > 0) {
    name += '-items'
    parts.push(...ownItems(names, rows.items, put, rows.ends.length > 0))
    heard = toldOf(names, 'counted')
  }
  return {
    name,
    text: `with ${parts.join(',\n')}\nselect ${told} as told, ${heard} as heard from me`,
    values,
  }
}
