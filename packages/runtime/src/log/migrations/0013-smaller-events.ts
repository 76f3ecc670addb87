import { type Kysely, sql } from 'kysely'

/** As they are with this migration: it stays as it is. */
const TYPES = [
  'ExecutionStarted', 'ContinuedAsNew', 'StopRequested', 'TimedOut', 'AttributesSet', 'Patched',
  'ExecutionCompleted', 'ExecutionFailed', 'ExecutionStopped', 'ExecutionTimedOut', 'ExecutionKilled',
  'StepCompleted', 'StepRetrying', 'StepFailed', 'TimerStarted', 'TimerFired',
  'SignalReceived', 'UpdateAccepted', 'UpdateCompleted', 'UpdateFailed', 'MessageDelivered', 'MessageFailed',
  'ChildStarted', 'ChildStartFailed', 'ChildCompleted', 'ChildFailed', 'TokenIssued', 'TokenCompleted', 'TokenFailed',
  'IterationCompleted', 'IterationFailed',
]

// Locks: `events` exclusively while its rows are copied and their index is built, some 5 s a million small events; the disk must hold the
// log twice meanwhile. Workers of before cannot go on with the new table, so it refuses while one is alive.
//
// A column that is dropped stays in every row to come, so the table is made anew. With eight columns and not nine the marks of
// what is null take no more than the byte that a row has for them, which makes it 8 bytes shorter: place is what after and nth were,
// as one number. A type is four bytes and not a name of up to 18; a new one is added to event_type by a migration of its own. What has a
// fixed length stands first, where none of it is lost to alignment. Owner, grants on the table and its settings are kept; what else an
// operator has hung on it (views, triggers, policies, publications, grants on columns) stops the migration, and has to be taken off before.
// An empty table is not analyzed: the server would remember that it has no rows, and the first plans of each session would read it whole
// for as long as they are kept.
export async function up(db: Kysely<unknown>): Promise<void> {
  await refuseWhileWorkersLive(db)
  await refuseWhatWouldBeLost(db)
  await sql`alter table events rename to events_before`.execute(db)
  await sql`alter table events_before rename constraint events_pkey to events_before_pkey`.execute(db)
  await sql`drop index events_patched`.execute(db)
  await sql`create type event_type as enum (${sql.join(TYPES.map((type) => sql.lit(type)))})`.execute(db)
  await sql`
    create table events (
      at timestamptz not null default now(),
      seq integer not null,
      type event_type not null,
      place bigint,
      execution_id text collate "C" not null,
      command text,
      payload json,
      meta json
    )`.execute(db)
  await sql`
    insert into events (at, seq, type, place, execution_id, command, payload, meta)
    select at, seq, type::event_type, after::bigint << 32 | nth, execution_id, command, payload, meta from events_before`.execute(db)
  await keepSettings(db)
  await sql`drop table events_before`.execute(db)
  await sql`alter table events add primary key (execution_id, seq)`.execute(db)
  await sql`create index events_patched on events (command, execution_id) where type = 'Patched'`.execute(db)
  const { rows } = await sql`select from events limit 1`.execute(db)
  if (rows.length > 0) await sql`analyze events`.execute(db)
}

/** What hangs on the table goes with it. */
async function refuseWhatWouldBeLost(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ what: string }>`
    select 'trigger ' || tgname as what from pg_trigger where tgrelid = 'events'::regclass and not tgisinternal
    union all select 'policy ' || polname from pg_policy where polrelid = 'events'::regclass
    union all select 'publication ' || pubname from pg_publication_rel r join pg_publication p on p.oid = r.prpubid where r.prrelid = 'events'::regclass
    union all select 'grant on column ' || attname from pg_attribute where attrelid = 'events'::regclass and attacl is not null
    order by 1`.execute(db)
  if (rows.length === 0) return
  throw new Error(`The log gets another form, in a table of its own, and these would be lost: ${rows.map(({ what }) => what).join(', ')}. Take them off first, and put them on the new table.`)
}

/** A heartbeat comes each second; without one for 5 s a worker is taken over. */
async function refuseWhileWorkersLive(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select name from workers where not fenced and heartbeat_at > clock_timestamp() - interval '5 s' order by name`.execute(db)
  if (rows.length === 0) return
  const names = rows.map(({ name }) => `'${name}'`).join(', ')
  throw new Error(`The log gets another form, with which workers of before cannot go on, and these are running: ${names}. Stop them first.`)
}

async function keepSettings(db: Kysely<unknown>): Promise<void> {
  await sql`
    do $$ declare setting text; begin
      for setting in
        select format('owner to %I', pg_get_userbyid(relowner)) from pg_class where oid = 'events_before'::regclass
        union all
        select format('set (%s)', array_to_string(reloptions, ', ')) from pg_class where oid = 'events_before'::regclass and reloptions is not null
      loop execute 'alter table events ' || setting; end loop;
      for setting in
        select format('%s on events to %s %s', privilege_type,
          case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end, case when is_grantable then 'with grant option' end)
        from pg_class, aclexplode(relacl) where oid = 'events_before'::regclass
      loop execute 'grant ' || setting; end loop;
    end $$`.execute(db)
}
