import { type Kysely, sql } from 'kysely'

// Locks: creates only; nothing that exists is touched.
//
// What postgresStore() keeps, under the SHA-256 of it; `at` is when it was last put.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table payloads (
      key text collate "C" primary key,
      data bytea not null,
      at timestamptz not null default now()
    )`.execute(db)
}
