import { sql } from 'kysely'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { readHistories, toLogged } from '../log/read-history.ts'
import type { Encoded } from '../payload/codec.ts'
import { ExecutionNotFound } from './client-errors.ts'
import { descriptionColumns, type DescriptionRow, type ExecutionDescription, toDescription } from './description.ts'
import { type HistoryRecord, toRecord } from './history-record.ts'

export async function describe({ db, table, border }: Database, names: Names, id: string): Promise<ExecutionDescription> {
  const { rows } = await sql<DescriptionRow & { readonly memo: Encoded }>`
    select ${descriptionColumns(names)}, x.memo from ${table('executions')} x where x.id = ${id}`.execute(db)
  const [row] = await border.openRows(rows, 'memo')
  if (!row) throw new ExecutionNotFound(id)
  return toDescription(row)
}

export async function history({ pool, border }: Database, names: Names, id: string): Promise<readonly HistoryRecord[]> {
  const events = toLogged(await border.openRows((await readHistories(pool, names, [id])).get(id) ?? [], 'payload'))
  if (events.length === 0) throw new ExecutionNotFound(id)
  return events.map(({ seq, at, event }) => ({ seq, at, ...toRecord(event) }))
}
