import { type Kysely, sql } from 'kysely'

// Locks: `workers` for a moment.
//
// The NOTIFY channel on which a worker is told of executions that it is given, their inputs included. Its name is chance: whoever
// may connect to the database may listen to any channel he can name, and speak on it, but reads the name only with a right to
// this table. A worker of before has none and is given nothing.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table workers add column channel text`.execute(db)
}
