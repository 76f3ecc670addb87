// The lock by which a worker that writes and one that fences it find out about each other, and by which a heartbeat is in nobody's way.
import pg from 'pg'
import { expect, test } from 'vitest'
import { unfenced } from '../../packages/runtime/src/log/fenced.ts'
import { namesOf } from '../../packages/runtime/src/log/names.ts'
import { connected } from '../support/connected.ts'

const GATE = 4711
const text = unfenced(namesOf())
/** The same, but it waits at the gate once it has its snapshot. */
const late = text.replace('for key share', `and (select pg_advisory_lock_shared(${GATE})) is not null for key share`)
const heartbeat = 'update baton.workers set heartbeat_at = clock_timestamp() where id = 1'

async function fence(client: pg.Client): Promise<void> {
  await client.query('begin')
  await client.query('select from baton.workers where id = 1 for update')
  await client.query('update baton.workers set fenced = true where id = 1')
  await client.query('commit')
}

async function prepare(stack: AsyncDisposableStack): Promise<{ readonly client: pg.Client; readonly other: pg.Client; waiting(): Promise<number> }> {
  const { url, client } = await connected(stack)
  const [other, watcher] = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })]
  for (const each of [other, watcher]) {
    await each.connect()
    stack.defer(() => each.end())
  }
  await client.query("insert into baton.workers (id, name, queues) overriding system value values (1, 'one', '{}')")
  return {
    client,
    other,
    waiting: async () => (await watcher.query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).rows.length,
  }
}

test('a heartbeat waits for no transaction that holds its worker, and is waited for by none', async () => {
  await using stack = new AsyncDisposableStack()
  const { client, other } = await prepare(stack)
  await client.query('begin')
  expect((await client.query(text, [1])).rows).toHaveLength(1)
  await other.query(heartbeat)
  await other.query('begin')
  await other.query(heartbeat)
  expect((await client.query(text, [1])).rows).toHaveLength(1)
  await client.query('commit')
  await other.query('commit')
})

test('who fences a worker waits for transactions that hold it, also after heartbeats', async () => {
  await using stack = new AsyncDisposableStack()
  const { client, other, waiting } = await prepare(stack)
  await client.query('begin')
  expect((await client.query(text, [1])).rows).toHaveLength(1)
  await other.query(heartbeat)
  await other.query(heartbeat)
  let isFenced = false
  const fenced = fence(other).then(() => {
    isFenced = true
  })
  await expect.poll(waiting, { timeout: 10_000 }).toBeGreaterThan(0)
  expect(isFenced).toBe(false)
  expect((await client.query(text, [1])).rows).toHaveLength(1)
  await client.query('commit')
  await fenced
  expect((await client.query(text, [1])).rows).toHaveLength(0)
})

test.each([0, 1, 2])('a worker that was fenced after the snapshot of its statement, and after %i heartbeats, is not found', async (heartbeats) => {
  await using stack = new AsyncDisposableStack()
  const { client, other, waiting } = await prepare(stack)
  await other.query('select pg_advisory_lock($1)', [GATE])
  const found = client.query(late, [1])
  await expect.poll(waiting, { timeout: 10_000 }).toBe(1)
  for (let i = 0; i < heartbeats; i++) await other.query(heartbeat)
  await fence(other)
  await other.query('select pg_advisory_unlock($1)', [GATE])
  expect((await found).rows).toHaveLength(0)
})

test.each([0, 1])('a worker that is being fenced is waited for, and then not found, after %i heartbeats', async (heartbeats) => {
  await using stack = new AsyncDisposableStack()
  const { client, other, waiting } = await prepare(stack)
  for (let i = 0; i < heartbeats; i++) await other.query(heartbeat)
  await other.query('begin')
  await other.query('select from baton.workers where id = 1 for update')
  await other.query('update baton.workers set fenced = true where id = 1')
  const found = client.query(text, [1])
  await expect.poll(waiting, { timeout: 10_000 }).toBe(1)
  await other.query('commit')
  expect((await found).rows).toHaveLength(0)
})
