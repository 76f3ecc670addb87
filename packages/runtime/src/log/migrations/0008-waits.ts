import { type Kysely, sql } from 'kysely'

// Locks: `executions` shortly and exclusively; the column has no default, so no row is rewritten.
//
// What a parked execution waits for, as its owner saw it when it parked it. Nobody reads it while there is an owner: that one knows.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table executions add column waits json`.execute(db)
}
