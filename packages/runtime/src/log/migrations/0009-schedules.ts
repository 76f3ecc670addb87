import { type Kysely, sql } from 'kysely'

// Locks: none but on what it makes.
//
// One row a trigger of a workflow's newest version, as the worker that settled it last had it. Every tick up to decided_until has
// been started or left out; next_at is the first that has not come, null if there is none.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table schedules (
      workflow text collate "C" not null,
      name text collate "C" not null,
      version text not null,
      expression text not null,
      timezone text not null,
      decided_until timestamptz not null,
      next_at timestamptz,
      last_at timestamptz,
      last_execution text,
      last_error text,
      primary key (workflow, name)
    )`.execute(db)
}
