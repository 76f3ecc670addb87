import type pg from 'pg'
import { type EventRow, fromRow } from '../core/event-row.ts'
import type { HistoryEvent } from '../core/history-event.ts'
import { nthOf, placeOf } from './lane-place.ts'
import type { Names } from './names.ts'

/** An event with its place and time in the log. */
export interface LoggedEvent {
  readonly seq: number
  readonly at: Date
  readonly event: HistoryEvent
}

/** An event as it stands in the table. */
export interface LogRow extends EventRow {
  readonly execution_id: string
  readonly seq: number
  readonly at: Date
  /** The iteration whose log it is in; null in the main log. */
  readonly lane: string | null
  /** Of an iteration's event: which it is among those of all iterations. */
  readonly nth: number | null
}

/**
 * The logs of several executions as rows, each in its order: from the first event of the run that is under way, with the events
 * of iterations that have not ended behind those of the main log that they came after.
 */
export async function readRuns(pool: pg.Pool, { schema }: Names, ids: readonly string[]): Promise<ReadonlyMap<string, readonly LogRow[]>> {
  const { rows } = await pool.query<LogRow>({
    name: 'read-runs',
    text: `select execution_id, seq, at, type, command, payload, meta, null as lane, null as nth, ${placeOf('seq', '0')} as place from ${schema}.events
        where execution_id = any($1) and seq >= (select run_seq from ${schema}.executions where id = execution_id)
      union all
      select l.execution_id, e.seq, e.at, e.type, e.command, e.payload, e.meta, l.lane, ${nthOf('e.place')}, e.place
        from ${schema}.lanes l join ${schema}.events e on e.execution_id = l.execution_id || E'\\x1f' || l.lane
        where l.execution_id = any($1)
      order by execution_id, place`,
    values: [ids],
  })
  return grouped(ids, rows)
}

/** The log of an execution, whole: all of its runs, with the events of iterations that have not ended as in `readRuns`. */
export async function readLog(pool: pg.Pool, { schema }: Names, id: string): Promise<readonly LogRow[]> {
  const { rows } = await pool.query<LogRow>({
    name: 'read-log',
    text: `select execution_id, seq, at, type, command, payload, meta, null as lane, null as nth, ${placeOf('seq', '0')} as place
        from ${schema}.events where execution_id = $1
      union all
      select l.execution_id, e.seq, e.at, e.type, e.command, e.payload, e.meta, l.lane, ${nthOf('e.place')}, e.place
        from ${schema}.lanes l join ${schema}.events e on e.execution_id = l.execution_id || E'\\x1f' || l.lane
        where l.execution_id = $1
      order by place`,
    values: [id],
  })
  return rows
}

/** The main logs of several executions, whole. */
export async function readHistories(pool: pg.Pool, { schema }: Names, ids: readonly string[]): Promise<ReadonlyMap<string, readonly LogRow[]>> {
  const { rows } = await pool.query<LogRow>({
    name: 'read-histories',
    text: `select execution_id, seq, at, type, command, payload, meta, null as lane, null as nth from ${schema}.events
      where execution_id = any($1) order by execution_id, seq`,
    values: [ids],
  })
  return grouped(ids, rows)
}

function grouped(ids: readonly string[], rows: readonly LogRow[]): ReadonlyMap<string, readonly LogRow[]> {
  const histories = new Map<string, LogRow[]>(ids.map((id) => [id, []]))
  for (const row of rows) histories.get(row.execution_id)?.push(row)
  return histories
}

/** @throws UnknownEvent. */
export function toLogged(rows: readonly LogRow[]): readonly LoggedEvent[] {
  return rows.map((row) => ({ seq: row.seq, at: row.at, event: toEvent(row) }))
}

/** @throws UnknownEvent. */
export function toEvent(row: LogRow): HistoryEvent {
  const event = { ...fromRow(row), at: row.at.getTime() }
  return row.lane === null ? event : { ...event, lane: row.lane }
}
