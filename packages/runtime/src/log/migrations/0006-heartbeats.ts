import { type Kysely, sql } from 'kysely'

// Locks: tasks and executions exclusively, for the moment it takes to add columns with a constant default.
//
// What the running attempt of a step last reported, for the attempt that follows should its worker die. One row a command,
// written over; gone a little after the attempt's outcome.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table heartbeats (
      execution_id text collate "C" not null,
      command text not null,
      attempt integer not null,
      details json,
      at timestamptz not null default now(),
      primary key (execution_id, command)
    ) with (fillfactor = 50)`.execute(db)
  // Which of those that wait goes first, the higher one; kept so that a job that is sent again has it too.
  await sql`alter table executions add column priority integer not null default 0`.execute(db)
  await sql`alter table tasks add column priority integer not null default 0`.execute(db)
}
