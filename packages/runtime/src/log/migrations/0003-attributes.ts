import { type Kysely, sql } from 'kysely'

// Locks: the new columns take executions and workflows exclusively for a moment (no rewrite); the indexes keep writers of
// executions out while they are built, some seconds for a million rows.
//
// Search attributes stand twice: as JSON in their execution's row, where describe and the remaining conditions of a filter
// read them, and as rows of `attributes`, where a filter finds them in the order a page wants. That table is an index kept by
// triggers, so whoever writes executions need not know it. It is not an index of executions, because every claim and end
// writes a new entry to each of those; rows here are written once, and only for executions that have attributes.
export async function up(db: Kysely<unknown>): Promise<void> {
  // A memo that is not small goes out of line, so that claims and ends do not copy it.
  await sql`alter table executions add column attributes jsonb, add column memo json, set (toast_tuple_target = 1024)`.execute(db)
  await sql`alter table workflows add column attributes json`.execute(db)

  // Indexes by time rise: a page that fills up at its end is split there, and the full half is not written again. They are read
  // backwards as well.
  await sql`drop index executions_listed`.execute(db)
  await sql`create index executions_listed on executions (created_at, id)`.execute(db)
  // With equality on both columns in front, a page of a workflow, a status or both is read in order. A list by one of them
  // merges such runs.
  await sql`create index executions_standing on executions (workflow, status, created_at, id)`.execute(db)
  await sql`create index executions_ended on executions (ended_at, id) where ended_at is not null`.execute(db)

  await sql`
    create table attributes (
      key text collate "C" not null,
      value text collate "C" not null,
      created_at timestamptz not null,
      execution_id text collate "C" not null,
      primary key (key, value, created_at, execution_id)
    )`.execute(db)

  // A text that sorts bytewise as the value does, behind a letter for its type: k keyword, n number, b boolean, t moment. A
  // number's is its IEEE bits with the sign turned, all of them if it is negative.
  await sql`
    create function attribute_value(value jsonb) returns text language sql immutable strict parallel safe as $$
      select case jsonb_typeof(value)
        when 'string' then 'k:' || (value #>> '{}')
        when 'boolean' then 'b:' || (value #>> '{}')
        when 'object' then 't:' || (value ->> 'at')
        when 'number' then 'n:' || (
          select lpad(to_hex(bits # case when bits < 0 then -1 else (-9223372036854775808)::bigint end), 16, '0')
          from (select ('x' || encode(float8send((value #>> '{}')::float8), 'hex'))::bit(64)::bigint as bits) n
        )
      end
    $$`.execute(db)

  // One row a value; each of several keywords has its own, under w.
  await sql`
    create function attribute_rows(attributes jsonb) returns table (key text, value text) language sql immutable strict parallel safe
    set search_path from current as $$
      select e.key, attribute_value(e.value) from jsonb_each(attributes) e where jsonb_typeof(e.value) <> 'array'
      union
      select e.key, 'w:' || word from jsonb_each(attributes) e
      cross join lateral jsonb_array_elements_text(case when jsonb_typeof(e.value) = 'array' then e.value else '[]' end) word
    $$`.execute(db)

  await sql`
    create function index_attributes() returns trigger language plpgsql set search_path from current as $$
    begin
      if tg_op <> 'INSERT' then
        delete from attributes a
        using (select * from attribute_rows(old.attributes) except select * from attribute_rows(case when tg_op = 'UPDATE' then new.attributes end)) gone
        where a.key = gone.key and a.value = gone.value and a.created_at = old.created_at and a.execution_id = old.id;
      end if;
      if tg_op <> 'DELETE' then
        insert into attributes (key, value, created_at, execution_id)
        select key, value, new.created_at, new.id from attribute_rows(new.attributes)
        on conflict do nothing;
      end if;
      return null;
    end
    $$`.execute(db)
  await sql`
    create trigger attributes_given after insert on executions
    for each row when (new.attributes is not null) execute function index_attributes()`.execute(db)
  await sql`
    create trigger attributes_changed after update of attributes on executions
    for each row when (old.attributes is distinct from new.attributes) execute function index_attributes()`.execute(db)
  await sql`
    create trigger attributes_removed after delete on executions
    for each row when (old.attributes is not null) execute function index_attributes()`.execute(db)
}
