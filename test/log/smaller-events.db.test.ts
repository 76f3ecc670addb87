// Migration 0013 makes the log anew: histories of before are the same, and what was granted and set stays.
import { migrate } from '@baton/runtime'
import { Kysely, PostgresDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { expect, test } from 'vitest'
import { migrations } from '../../packages/runtime/src/log/migrations/index.ts'
import { namesOf } from '../../packages/runtime/src/log/names.ts'
import { openDatabase } from '../../packages/runtime/src/log/database.ts'
import { readLog, readRuns } from '../../packages/runtime/src/log/read-history.ts'
import { createDatabase } from '../support/database.ts'

const names = namesOf('before')
const at = new Date('2026-01-02T03:04:05.678Z')

interface OldRow {
  readonly id: string
  readonly seq: number
  readonly type: string
  readonly command?: string
  readonly payload?: string
  readonly meta?: string
  readonly after?: number
  readonly nth?: number
}

/** Two iterations are open; a third one, which is not, was before them. In the order of the history. */
const HISTORY: readonly OldRow[] = [
  { id: 'x', seq: 1, type: 'ExecutionStarted', payload: '{ "as":  "written" }', meta: '{"flags":["a"]}' },
  { id: 'x', seq: 2, type: 'Patched', command: 'p' },
  { id: 'x\u001feach[1]', seq: 1, type: 'StepCompleted', command: 'each[1]/a', payload: '1', after: 2, nth: 3 },
  { id: 'x\u001feach[2]', seq: 1, type: 'StepCompleted', command: 'each[2]/a', payload: 'null', after: 2, nth: 5 },
  { id: 'x', seq: 3, type: 'IterationCompleted', command: 'each[0]', payload: '{}' },
  { id: 'x\u001feach[2]', seq: 2, type: 'TimerStarted', command: 'each[2]/sleep', payload: '{"dueAt":5}', after: 3, nth: 6 },
  { id: 'x\u001feach[1]', seq: 2, type: 'TimerFired', command: 'each[1]/sleep', after: 3, nth: 7 },
  { id: 'x', seq: 4, type: 'SignalReceived', command: 's', payload: '["ü"]', meta: '{"id":"m"}' },
]
const CLOSED: OldRow = { id: 'x\u001feach[0]', seq: 1, type: 'StepCompleted', command: 'each[0]/a', payload: '0', after: 2, nth: 4 }

/** The schema as it was before, with a log in it. */
async function prepare(url: string, client: pg.Client): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, options: '-c search_path=before' }) }) })
  const migrator = new Migrator({
    db, provider: { getMigrations: async () => migrations },
    migrationTableSchema: 'before', migrationTableName: 'migrations', migrationLockTableName: 'migrations_lock',
  })
  const { error } = await migrator.migrateTo('0012-less-log')
  await db.destroy()
  expect(error).toBeUndefined()
  await client.query("insert into before.executions (id, workflow, version, queue, status, run_seq) values ('x', 'w', '1', 'default', 'running', 1)")
  for (const { id, seq, type, command, payload, meta, after, nth } of [...HISTORY, CLOSED].toSorted((a, b) => a.seq - b.seq)) {
    await client.query(
      'insert into before.events (at, execution_id, seq, type, command, payload, meta, after, nth) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
      [at, id, seq, type, command, payload, meta, after, nth],
    )
  }
  await client.query("insert into before.lanes values ('x', 'each[1]'), ('x', 'each[2]')")
}

async function connect(stack: AsyncDisposableStack): Promise<{ readonly url: string; readonly client: pg.Client }> {
  const { url } = stack.use(await createDatabase())
  const client = stack.adopt(new pg.Client({ connectionString: url }), (open) => open.end())
  await client.connect()
  return { url, client }
}

test('a log of before is the same history after it', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, client } = await connect(stack)
  await prepare(url, client)
  expect(await migrate(url, { schema: 'before' })).toContain('0013-smaller-events')
  const { pool } = stack.adopt(openDatabase({ url, names, name: 'test', max: 1, onError: () => {} }), (open) => open.close())
  const wanted = HISTORY.map(({ id, seq, type, command = null, payload = null, meta = null, nth = null }) => (
    { execution_id: 'x', seq, at, type, command, payload, meta, lane: id.split('\u001f')[1] ?? null, nth }
  ))
  expect(await readLog(pool, names, 'x')).toMatchObject(wanted)
  expect((await readRuns(pool, names, ['x'])).get('x')).toMatchObject(wanted)
  const { rows } = await client.query("select type, command, payload::text, place >> 32 as after from before.events where execution_id = E'x\\x1feach[0]'")
  expect(rows).toEqual([{ type: 'StepCompleted', command: 'each[0]/a', payload: '0', after: '2' }])
  await expect(client.query("insert into before.events (execution_id, seq, type) values ('x', 4, 'TimerFired')")).rejects.toThrow('events_pkey')
})

test('owner, grants and settings of the log are kept', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, client } = await connect(stack)
  await prepare(url, client)
  const [owner, reader, writer] = ['owner', 'reader', 'writer of'].map((role) => `"${role} ${process.pid}"`)
  const look = async (): Promise<unknown> => (await client.query(
    `select pg_get_userbyid(relowner) as owner, reloptions, array(select format('%s %s %s', grantee::regrole, privilege_type, is_grantable) from aclexplode(relacl) order by 1) as grants
      from pg_class where oid = 'before.events'::regclass`)).rows[0]
  await client.query(`create role ${owner}; create role ${reader}; create role ${writer}`)
  try {
    await client.query(`alter table before.events owner to ${owner}`)
    await client.query(`grant select on before.events to ${reader}, public; grant insert, select on before.events to ${writer} with grant option`)
    await client.query('alter table before.events set (autovacuum_vacuum_scale_factor = 0.01, fillfactor = 95)')
    const before = await look()
    await migrate(url, { schema: 'before' })
    expect(await look()).toEqual(before)
  } finally {
    await client.query(`drop owned by ${owner}, ${reader}, ${writer}; drop role ${owner}, ${reader}, ${writer}`)
  }
})

test('while a worker lives it refuses, and changes nothing', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, client } = await connect(stack)
  await prepare(url, client)
  await client.query("insert into before.workers (name, queues) values ('old-1', '{}')")
  await expect(migrate(url, { schema: 'before' })).rejects.toMatchObject({ code: 'MigrationFailed', message: expect.stringContaining("'old-1'. Stop them first") as unknown })
  expect((await client.query('select from before.events where nth > 0')).rowCount).toBe(5)
  await client.query("update before.workers set heartbeat_at = now() - interval '6 s'")
  expect(await migrate(url, { schema: 'before' })).toContain('0013-smaller-events')
})

test('what hangs on the table and would be lost with it stops the migration, and is named', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, client } = await connect(stack)
  await prepare(url, client)
  await client.query(`create function before.told() returns trigger language plpgsql as $$ begin return new; end $$`)
  await client.query('create trigger told before insert on before.events for each row execute function before.told()')
  await client.query('create publication of_events for table before.events')
  await client.query('grant select (type) on before.events to public')
  await expect(migrate(url, { schema: 'before' })).rejects.toMatchObject({
    code: 'MigrationFailed', message: expect.stringContaining('lost: grant on column type, publication of_events, trigger told.') as unknown,
  })
  await client.query('drop trigger told on before.events')
  await client.query('drop publication of_events')
  await client.query('revoke select (type) on before.events from public')
  expect(await migrate(url, { schema: 'before' })).toContain('0013-smaller-events')
})
