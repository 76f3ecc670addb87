import { type Kysely, sql } from 'kysely'

// Locks: the indexes keep writers of `executions` out while they are built, some seconds for a million rows. Pages of the table that
// exist stay as they are.
//
// An execution's row is written as it begins and as it ends. With room for the second version beside the first, that one is logged
// as what differs from it. Both versions have an entry in each index: those by time do without the id, and a page sorts those of
// one and the same microsecond. The one by workflow and status keeps it, for its runs are merged.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table executions set (fillfactor = 45)`.execute(db)
  await sql`drop index executions_listed`.execute(db)
  await sql`create index executions_listed on executions (created_at)`.execute(db)
  await sql`drop index executions_ended`.execute(db)
  await sql`create index executions_ended on executions (ended_at) where ended_at is not null`.execute(db)
}
