import type pg from 'pg'
import { type EventRow, fromRow, type HistoryEvent } from '../core/history-event.ts'
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
}

/** The logs of several executions, each in its order, as rows: one that cannot be understood is no harm to the others. */
export async function readHistories(pool: pg.Pool, { schema }: Names, ids: readonly string[]): Promise<ReadonlyMap<string, readonly LogRow[]>> {
  const { rows } = await pool.query<LogRow>({
    name: 'read-histories',
    text: `select execution_id, seq, at, type, command, payload from ${schema}.events
      where execution_id = any($1) order by execution_id, seq`,
    values: [ids],
  })
  const histories = new Map<string, LogRow[]>(ids.map((id) => [id, []]))
  for (const row of rows) histories.get(row.execution_id)?.push(row)
  return histories
}

/** @throws UnknownEvent. */
export function toLogged(rows: readonly LogRow[]): readonly LoggedEvent[] {
  return rows.map((row) => ({ seq: row.seq, at: row.at, event: fromRow(row) }))
}
