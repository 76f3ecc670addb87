import { type Kysely, sql } from 'kysely'

// Locks: `workers` for a moment.
//
// Whether who starts an execution may give it to this worker at once. Workers of before never say so, and take from the queues.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table workers add column accepts boolean not null default false`.execute(db)
}
