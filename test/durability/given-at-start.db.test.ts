// An execution is given to a worker as it is started: which worker that is, and that it is not lost on the way there.
import { Baton } from '@baton/runtime'
import { defineWorkflow } from '@baton/sdk/host'
import { expect, test } from 'vitest'
import { giveExecutions, givenTo } from '../../packages/runtime/src/dispatch/give-executions.ts'
import { type GivenExecution, toGiven } from '../../packages/runtime/src/dispatch/given.ts'
import type { NewExecution } from '../../packages/runtime/src/dispatch/new-execution.ts'
import type { Place } from '../../packages/runtime/src/dispatch/takers.ts'
import { namesOf } from '../../packages/runtime/src/log/names.ts'
import { connected } from '../support/connected.ts'
import { proxyPostgres } from '../support/postgres-proxy.ts'
import { startWorkerProcess } from '../support/worker-process.ts'
import { testWorker } from '../support/worker.ts'
import { Chain, Echo, Nap } from '../support/workflows.ts'

const input = { n: 2, ms: 0 }

async function prepare(stack: AsyncDisposableStack) {
  const { url, baton, client } = await connected(stack)
  return {
    url,
    baton,
    client,
    jobs: async (): Promise<number> => (await client.query<{ n: number }>('select count(*)::int as n from baton_boss.job')).rows[0]?.n ?? Number.NaN,
    owners: async (): Promise<readonly (number | null)[]> =>
      (await client.query<{ owner: number | null }>('select distinct owner from baton.executions order by owner')).rows.map(({ owner }) => owner),
    /** Gives a worker an execution that nobody tells it of. */
    async giveUntold(worker: number, id: string): Promise<GivenExecution> {
      const { name: workflow, version, queue } = defineWorkflow(Chain)
      const { rows } = await client.query<{ code: string }>("select split_part(s, '#', 2) as code from baton.workers, unnest(serves) s where starts_with(s, $1)", [`${workflow}@${version}#`])
      const local = { free: () => 1, give: () => {}, missed: () => {} }
      const place: Place = { taker: { worker, channel: '', queues: new Set(), codes: new Map() }, code: rows[0]?.code ?? '', local }
      const execution: NewExecution = { id, workflow, version, queue, priority: 0, input: JSON.stringify(input), start: {}, awaited: false }
      const { made, at } = await giveExecutions((text, values = []) => client.query(text, [...values]), namesOf(), [{ execution, place }], 'by hand')
      expect(made.size).toBe(1)
      return givenTo(place, execution, at)
    },
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

test('a worker of another process is told what it was given; an input too long for that it reads', { timeout: 60_000 }, async () => {
  await using stack = new AsyncDisposableStack()
  const { url, baton, jobs } = await prepare(stack)
  stack.use(await startWorkerProcess({ url }))
  const long = 'ä'.repeat(20_000)
  const results = await Promise.all([
    ...Array.from({ length: 200 }, (_, i) => baton.execute(Chain, { id: `c${i}`, input })),
    ...['', "'\n\u2028\"\\", long].map((text) => baton.execute(Echo, { input: text })),
  ])
  expect(results).toEqual([...Array.from({ length: 200 }, () => 1), '', "'\n\u2028\"\\", long])
  expect(await jobs()).toBe(0)
})

test('a worker of this process is handed it; what a lost answer leaves unknown, the worker looks for', { timeout: 60_000 }, async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = await prepare(stack)
  let lost = 0
  const proxy = stack.use(await proxyPostgres(url, ({ application }, text) => {
    if (lost > 0 || !application.startsWith('baton client') || !text.includes('key share')) return 'pass'
    lost++
    return 'lose answer'
  }))
  stack.use(await testWorker(url))
  const baton = stack.use(await Baton.connect(proxy.url))
  expect(await baton.execute(Chain, { id: 'lost', input })).toBe(1)
  expect(lost).toBe(1)
  expect((await baton.handle('lost').history()).filter(({ type }) => type === 'StepCompleted')).toHaveLength(2)
})

test('a notification that says nothing it knows is no harm, and finds what was given', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, baton, client, giveUntold } = await prepare(stack)
  const worker = stack.use(await testWorker(url))
  await giveUntold(worker.id, 'c')
  await client.query("select pg_notify(channel, 'nonsense') from baton.workers")
  expect(await baton.handle('c').result()).toBe(1)
  expect(worker.entries.map(({ message }) => message)).toEqual(['A notification of executions could not be read; they are looked for'])
})

test('what it is told of late, when it has given it back, it leaves alone', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, baton, client, giveUntold } = await prepare(stack)
  const tell = (text: string): Promise<unknown> => client.query('select pg_notify(channel, $1) from baton.workers', [`[0,${text}]`])
  const worker = stack.use(await testWorker(url, { maxActors: 3 }))
  await baton.start(Nap, { input: 60_000 })
  const late = await giveUntold(worker.id, 'late')
  await tell('"one","two","no room"') // so it looks into what it owns
  await expect.poll(async () => (await client.query("select from baton.executions where id = 'late' and owner is null")).rowCount).toBe(1)
  await expect.poll(async () => (await client.query('select from baton.workers where accepts')).rowCount).toBe(1) // it was full
  const next = await giveUntold(worker.id, 'next')
  await tell(toGiven(late))
  await tell(toGiven(next))
  expect(await baton.handle('next').result()).toBe(1)
  expect(await baton.handle('late').history()).toHaveLength(1)
  expect(await baton.handle('late').result()).toBe(1)
})

test('ids that two clients start at once are one execution each, and what stands in the way of one is its error', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, baton, client } = await prepare(stack)
  stack.use(await testWorker(url))
  const other = stack.use(await Baton.connect(url))
  for (let round = 0; round < 20; round++) {
    const ids = Array.from({ length: 10 }, (_, i) => `r${round}-${i}`)
    const results = await Promise.all([baton, other].flatMap((each) => ids.map((id) => each.execute(Chain, { id, input }))))
    expect(new Set(results)).toEqual(new Set([1]))
  }
  expect((await client.query("select from baton.events where type = 'ExecutionStarted'")).rowCount).toBe(200)
  await client.query("insert into baton.events (execution_id, seq, type) values ('orphan', 1, 'ExecutionStarted')")
  await expect(baton.start(Chain, { id: 'orphan', input })).rejects.toThrow('events_pkey')
})

test('the channel is a secret: no name to guess, another for each worker', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, client } = await prepare(stack)
  for (const name of ['one', 'two']) stack.use(await testWorker(url, { name }))
  const { rows } = await client.query<{ channel: string }>('select channel from baton.workers')
  expect(new Set(rows.map(({ channel }) => channel)).size).toBe(2)
  for (const { channel } of rows) expect(channel).toMatch(/^given_[0-9a-f]{32}$/)
  const stranger = `stranger_${process.pid}`
  await client.query(`create role ${stranger}`)
  try {
    await client.query(`set role ${stranger}`)
    await expect(client.query('select channel from baton.workers')).rejects.toMatchObject({ code: '42501' })
    const { rows: seen } = await client.query<{ query: string }>('select query from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()')
    expect(seen.length).toBeGreaterThan(0)
    expect(new Set(seen.map(({ query }) => query))).toEqual(new Set(['<insufficient privilege>']))
  } finally {
    await client.query('reset role')
    await client.query(`drop role ${stranger}`)
  }
})

test('a worker that was not told, for its connection was gone, finds what it was given', { timeout: 60_000 }, async () => {
  await using stack = new AsyncDisposableStack()
  const { url, baton, client } = await prepare(stack)
  stack.use(await startWorkerProcess({ url }))
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
