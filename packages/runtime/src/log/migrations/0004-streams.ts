import { type Kysely, sql } from 'kysely'

// Locks: creates only; nothing that exists is touched.
//
// streams has a row a stream: the counter its offsets come from. A publisher updates it in the statement that inserts its
// items, so publishers of one stream follow each other, a reader never sees an offset before a lower one, and there is no gap.
// Items live apart, so that the counter's row stays small and is updated in place (HOT) again and again.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table streams (
      execution_id text collate "C" not null,
      stream text collate "C" not null,
      next integer not null default 0,
      followed boolean not null default false,
      closed_at timestamptz,
      primary key (execution_id, stream)
    ) with (fillfactor = 50)`.execute(db)

  // clock_timestamp: read after the counter's lock, so that the times of a stream rise with its offsets.
  await sql`
    create table stream_items (
      at timestamptz not null default clock_timestamp(),
      "offset" integer not null,
      attempt integer,
      execution_id text collate "C" not null,
      stream text collate "C" not null,
      command text,
      key text,
      payload json,
      primary key (execution_id, stream, "offset")
    )`.execute(db)
  await sql`create unique index stream_items_keyed on stream_items (execution_id, stream, command, key) where key is not null`.execute(db)
}
