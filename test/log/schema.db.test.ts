// C14: the schema that the migrations make is a file that is reviewed; several processes may migrate at once.
import { migrate } from '@baton/runtime'
import pg from 'pg'
import { expect, test } from 'vitest'
import { migrations } from '../../packages/runtime/src/log/migrations/index.ts'
import { createDatabase } from '../support/database.ts'

/** Columns, constraints, indexes, functions, enums and triggers of the schema, one line each, in the order of their names. */
async function catalogue(url: string, schema: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ line: string }>(
      `select format('column %s.%s %s%s%s', table_name, column_name, case data_type when 'USER-DEFINED' then udt_name else data_type end, case is_nullable when 'NO' then ' not null' else '' end,
          coalesce(' default ' || column_default, '')) as line
        from information_schema.columns where table_schema = $1
       union all
       select format('constraint %s %s', conrelid::regclass, pg_get_constraintdef(oid)) from pg_constraint
        where connamespace = $1::regnamespace and contype in ('p', 'c', 'u', 'f')
       union all
       select indexdef from pg_indexes where schemaname = $1
       union all
       select format('function %s', oid::regprocedure) from pg_proc where pronamespace = $1::regnamespace
       union all
       select format('enum %s %s', enumtypid::regtype, string_agg(enumlabel, ', ' order by enumsortorder)) from pg_enum join pg_type t on t.oid = enumtypid
        where typnamespace = $1::regnamespace group by enumtypid
       union all
       select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where c.relnamespace = $1::regnamespace and not t.tgisinternal`,
      [schema],
    )
    return `${rows.map(({ line }) => line.replaceAll(`${schema}.`, '')).sort().join('\n')}\n`
  } finally {
    await client.end()
  }
}

test('the migrations make the schema of the golden file', async () => {
  await using database = await createDatabase()
  await migrate(database.url, { schema: 'golden' })
  await expect(await catalogue(database.url, 'golden')).toMatchFileSnapshot('./schema.golden.txt')
})

test('of no table the server believes that it is empty, which would make plans that read it whole', async () => {
  await using database = await createDatabase()
  await migrate(database.url, { schema: 'fresh' })
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query("select relname from pg_class where relnamespace = 'fresh'::regnamespace and relkind = 'r' and reltuples <> -1")
  await client.end()
  expect(rows).toEqual([])
})

test('migrations of several processes at once run once each', async () => {
  await using database = await createDatabase()
  const ran = await Promise.all(Array.from({ length: 4 }, () => migrate(database.url, { schema: 'raced' })))
  expect(ran.flat()).toEqual(Object.keys(migrations))
  expect(await migrate(database.url, { schema: 'raced' })).toEqual([])
})
