import pg from 'pg'

/** All that is written to Baton's and pg-boss's tables from now on, rows that live for a moment included. */
export async function recordWrites(url: string): Promise<{ readonly texts: () => Promise<readonly string[]> } & AsyncDisposable> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`
    create table public.written (line text not null);
    create function public.write_down() returns trigger language plpgsql security definer as
      $$ begin insert into public.written values (tg_table_name || ' ' || new::text); return null; end $$;
    do $$ declare t record; begin
      for t in select c.oid::regclass as name from pg_class c
        where c.relnamespace in ('baton'::regnamespace, 'baton_boss'::regnamespace) and c.relkind in ('r', 'p') and not c.relispartition
      loop execute format('create trigger write_down after insert or update on %s for each row execute function public.write_down()', t.name); end loop;
    end $$`)
  return {
    async texts() {
      const { rows } = await client.query<{ line: string }>('select line from public.written')
      return rows.map(({ line }) => line)
    },
    [Symbol.asyncDispose]: () => client.end(),
  }
}
