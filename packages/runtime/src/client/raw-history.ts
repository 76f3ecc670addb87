// The log as it stands, for exports: `history()` shows what people may see of it.
import type { EventRow } from '../core/event-row.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { readLog } from '../log/read-history.ts'
import { ExecutionNotFound } from './client-errors.ts'

/** An event as a row, with its place and time. */
export interface RawEvent extends EventRow {
  readonly seq: number
  readonly at: Date
  /** The iteration whose log it is in; null in the main log. */
  readonly lane: string | null
}

/** The method of handles that gives all rows of a log; of another install of the package too. */
export const rawHistory: unique symbol = Symbol.for('baton.rawHistory') as never

/** @throws ExecutionNotFound. */
export async function readRawHistory({ pool, border }: Database, names: Names, id: string): Promise<readonly RawEvent[]> {
  const rows = await border.openRows(await readLog(pool, names, id), 'payload')
  if (rows.length === 0) throw new ExecutionNotFound(id)
  return rows.map(({ seq, at, type, command, payload, meta, lane }) => ({ seq, at, type, command, payload, meta, lane }))
}
