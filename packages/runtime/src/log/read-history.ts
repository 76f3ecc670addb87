import { type Kysely, sql } from 'kysely'
import { fromRow, type HistoryEvent } from '../core/history-event.ts'
import type { Tables } from './tables.ts'

/** An event with its place and time in the log. */
export interface LoggedEvent {
  readonly seq: number
  readonly at: Date
  readonly event: HistoryEvent
}

/** The logs of several executions, each in its order. */
export async function readHistories(db: Kysely<Tables>, ids: readonly string[]): Promise<ReadonlyMap<string, LoggedEvent[]>> {
  const rows = await db
    .selectFrom('events')
    .select(['execution_id', 'seq', 'at', 'type', 'command', 'payload'])
    .where('execution_id', '=', sql<string>`any(${ids})`)
    .orderBy('execution_id')
    .orderBy('seq')
    .execute()
  const histories = new Map<string, LoggedEvent[]>(ids.map((id) => [id, []]))
  for (const row of rows) histories.get(row.execution_id)?.push({ seq: row.seq, at: row.at, event: fromRow(row) })
  return histories
}
