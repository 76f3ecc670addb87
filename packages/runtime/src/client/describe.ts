import { sql } from 'kysely'
import { WAITS } from '../dispatch/message.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { readHistories, toLogged } from '../log/read-history.ts'
import { isEnded } from '../log/tables.ts'
import { query } from './ask.ts'
import { ExecutionNotFound, NotAnswered, QueryFailed } from './client-errors.ts'
import type { Connection } from './connection.ts'
import { detailColumns, type DetailRow, type ExecutionDescription, toDescription } from './description.ts'
import { type HistoryRecord, toRecord } from './history-record.ts'
import { toWaits, type Wait } from './waits.ts'

/** How long the owner is waited for. */
const ASK_MS = 500

type Row = DetailRow & { readonly owner: number | null; readonly waits: string | null }

export async function describe(connection: Connection, id: string): Promise<ExecutionDescription> {
  const { database: { db, table, border }, names } = connection
  const { rows } = await sql<Row>`
    select ${detailColumns(names)}, x.owner, x.waits from ${table('executions')} x where x.id = ${id}`.execute(db)
  const [row] = await border.openRows(rows, 'memo')
  if (!row) throw new ExecutionNotFound(id)
  return toDescription(row, await waitsOf(connection, row))
}

async function waitsOf(connection: Connection, { id, status, owner, waits }: Row): Promise<readonly Wait[] | undefined> {
  if (isEnded(status)) return []
  if (owner === null) return (status === 'running' || status === 'paused') && waits !== null ? toWaits(JSON.parse(waits)) : undefined
  try {
    return toWaits(await query(connection, id, WAITS, null, ASK_MS))
  } catch (error) {
    if (error instanceof NotAnswered || error instanceof QueryFailed) return undefined
    throw error
  }
}

export async function history({ pool, border }: Database, names: Names, id: string): Promise<readonly HistoryRecord[]> {
  const events = toLogged(await border.openRows((await readHistories(pool, names, [id])).get(id) ?? [], 'payload'))
  if (events.length === 0) throw new ExecutionNotFound(id)
  return events.map(({ seq, at, event }) => ({ seq, at, ...toRecord(event) }))
}
