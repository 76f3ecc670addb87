// An execution is given to a worker as it is started: which worker that is, and that it is not lost on the way there.
import { Baton } from '@baton/runtime'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { testWorker } from '../support/worker.ts'
import { Chain, Nap } from '../support/workflows.ts'

const input = { n: 2, ms: 0 }

async function prepare(stack: AsyncDisposableStack) {
  const { url } = stack.use(await createDatabase())
  const baton = stack.use(await Baton.connect(url))
  const client = stack.adopt(new pg.Client({ connectionString: url }), (open) => open.end())
  await client.connect()
  return {
    url,
    baton,
    client,
    jobs: async (): Promise<number> => (await client.query<{ n: number }>('select count(*)::int as n from baton_boss.job')).rows[0]?.n ?? Number.NaN,
    owners: async (): Promise<readonly (number | null)[]> =>
      (await client.query<{ owner: number | null }>('select distinct owner from baton.executions order by owner')).rows.map(({ owner }) => owner),
  }
}

test('a live worker gets it at once, without a job', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, baton, jobs, owners } = await prepare(stack)
  const worker = stack.use(await testWorker(url))
  await Promise.all(Array.from({ length: 20 }, (_, i) => baton.start(Nap, { id: `n${i}`, input: 60_000 })))
  expect(await jobs()).toBe(0)
  expect(await owners()).toEqual([worker.id])
  expect((await baton.handle('n0').describe()).status).toBe('running')
})

test('without a worker it waits on the queue', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, baton, jobs } = await prepare(stack)
  const handle = await baton.start(Chain, { input })
  expect(await jobs()).toBe(1)
  expect((await handle.describe()).status).toBe('pending')
  stack.use(await testWorker(url))
  expect(await handle.result()).toBe(1)
})

test('workers share what is started at once', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, baton, owners } = await prepare(stack)
  const workers = [stack.use(await testWorker(url, { name: 'one' })), stack.use(await testWorker(url, { name: 'two' }))]
  await Promise.all(Array.from({ length: 40 }, (_, i) => baton.start(Nap, { id: `n${i}`, input: 60_000 })))
  expect(await owners()).toEqual(workers.map(({ id }) => id).sort((a, b) => a - b))
})

test('a worker that has no room is given nothing, and what came too much goes back', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, baton, client } = await prepare(stack)
  stack.use(await testWorker(url, { name: 'small', maxActors: 5 }))
  await Promise.all(Array.from({ length: 30 }, (_, i) => baton.start(Nap, { id: `n${i}`, input: 1 + (i % 3) })))
  for (let i = 0; i < 30; i++) await baton.handle(`n${i}`).result()
  expect((await client.query("select from baton.executions where status <> 'completed'")).rowCount).toBe(0)
})

test('a worker that was not told, for its connection was gone, finds what it was given', { timeout: 60_000 }, async () => {
  await using stack = new AsyncDisposableStack()
  const { url, baton, client } = await prepare(stack)
  stack.use(await testWorker(url))
  for (let i = 0; i < 10; i++) {
    await client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'baton worker % listen'")
    expect(await baton.execute(Chain, { id: `c${i}`, input })).toBe(1)
  }
})

test('a worker that stops is given nothing from then on, and hands over what it has', { timeout: 60_000 }, async () => {
  await using stack = new AsyncDisposableStack()
  const { url, baton } = await prepare(stack)
  const first = await testWorker(url, { name: 'first' })
  const results: Promise<number>[] = []
  const enough = new AbortController()
  const starting = (async () => {
    while (!enough.signal.aborted) {
      results.push(baton.execute(Chain, { id: `s${results.length}`, input }))
      await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  await expect.poll(() => results.length).toBeGreaterThan(50)
  stack.use(await testWorker(url, { name: 'second' }))
  await first.stop()
  enough.abort()
  await starting
  expect(new Set(await Promise.all(results))).toEqual(new Set([1]))
})
