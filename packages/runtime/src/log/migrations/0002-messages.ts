import { type Kysely, sql } from 'kysely'

// Locks: `executions` and `events` shortly and exclusively; no table is rewritten, for the new columns have constant defaults
// or none. The check of `status` is added without a look at the rows there are: all of them passed the narrower one.
//
// meta is what of an event is Baton's own, beside the author's payload. after places an event of a forEach iteration, whose log
// is its own, among those of the main log: behind the one of that number. nth orders those that stand behind the same one.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table executions drop constraint executions_status_check`.execute(db)
  await sql`
    alter table executions add constraint executions_status_check check (status in
      ('pending', 'running', 'blocked', 'completed', 'failed', 'stopped', 'timed_out', 'killed', 'paused')) not valid`.execute(db)
  // The first event of the run that is under way: continueAsNew moves it on.
  await sql`alter table executions add column run_seq integer not null default 1`.execute(db)
  await sql`alter table executions add column parent text collate "C"`.execute(db)
  await sql`create index executions_parent on executions (parent) where parent is not null`.execute(db)
  await sql`alter table events add column meta json, add column after integer, add column nth integer`.execute(db)

  // What clients can send by name: the JSON Schemas of signals, queries and updates.
  await sql`alter table workflows add column handlers json`.execute(db)

  // The logs of iterations that have begun and not ended: what a replay has to read besides the main log.
  await sql`
    create table lanes (
      execution_id text collate "C" not null,
      lane text collate "C" not null,
      primary key (execution_id, lane)
    )`.execute(db)

  // Answers to updates and queries, until the asker has read them; who finds none asks again under the same id.
  await sql`
    create table answers (
      id text collate "C" primary key,
      execution_id text collate "C" not null,
      payload json not null,
      at timestamptz not null default now()
    )`.execute(db)
  await sql`create index answers_at on answers (at)`.execute(db)
}
