import { type Kysely, sql } from 'kysely'

// Locks: `executions`, `tasks` and `workers` shortly and exclusively; none is rewritten, for the new columns have constant defaults or
// none. The index looks through `events` once, and appends wait for it meanwhile.
//
// code is the semantic hash of the code that an execution runs on, null until it is first owned; serves lists what a live worker
// can run, as `name@version#hash`. takeovers counts the workers that died with an execution in hand since it last got on, and
// deaths says which and when; tasks count those that died with the step. blocked is kept while blocked executions are tried again: it says which code has failed.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table executions add column code text,
      add column takeovers smallint not null default 0, add column deaths text[]`.execute(db)
  await sql`alter table tasks add column takeovers smallint not null default 0`.execute(db)
  await sql`alter table workers add column serves text[] not null default '{}'`.execute(db)
  // Which executions bear the mark of a patch.
  await sql`create index events_patched on events (command, execution_id) where type = 'Patched'`.execute(db)
}
