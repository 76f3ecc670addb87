// G3: what a transactional step writes and its outcome commit together, once, wherever the worker dies.
import { Baton } from '@baton/runtime'
import pg from 'pg'
import { expect, test } from 'vitest'
import { bankSchema, Transfers } from '../support/bank-workflows.ts'
import { createDatabase } from '../support/database.ts'
import { startWorkerProcess } from '../support/worker-process.ts'
import { testWorker } from '../support/worker.ts'

async function bank(url: string): Promise<{ a: number; b: number; transfers: readonly string[] }> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const accounts = await client.query<{ id: string; balance: number }>('select id, balance from accounts order by id')
  const transfers = await client.query<{ id: string }>('select id from transfers order by n')
  await client.end()
  const [a, b] = accounts.rows
  return { a: a?.balance ?? 0, b: b?.balance ?? 0, transfers: transfers.rows.map(({ id }) => id) }
}

async function prepared(stack: AsyncDisposableStack): Promise<string> {
  const { url } = stack.use(await createDatabase())
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(bankSchema)
  await client.end()
  return url
}

const input = { id: 't', times: 4, amount: 10 }
const moved = ['t-0', 't-1', 't-2', 't-3']

test('G3 a transactional step takes effect once, and its outcome with it', async () => {
  await using stack = new AsyncDisposableStack()
  const url = await prepared(stack)
  stack.use(await testWorker(url, { workflows: [Transfers] }))
  const baton = stack.use(await Baton.connect(url))
  expect(await baton.execute(Transfers, { input })).toBe(960)
  expect(await bank(url)).toMatchObject({ a: 960, b: 40, transfers: moved })
})

test('G3 what a step that fails has written is rolled back', async () => {
  await using stack = new AsyncDisposableStack()
  const url = await prepared(stack)
  stack.use(await testWorker(url, { workflows: [Transfers] }))
  const baton = stack.use(await Baton.connect(url))
  await expect(baton.execute(Transfers, { input: { id: 'x', times: 1, amount: 5_000 } })).rejects.toMatchObject({ cause: { code: 'StepFailed' } })
  expect(await bank(url)).toMatchObject({ a: 1000, b: 0, transfers: [] })
})

const points = ['transact:before@1', 'transact:before@3', 'transact:after@2', 'transact:after@3', 'append:before@2', 'append:after@2']

test.each([...points, ...points.map((point) => `${point} remote`)])('G3 a worker that dies at %s moves the money once', async (where) => {
  await using stack = new AsyncDisposableStack()
  const url = await prepared(stack)
  const [dieAt = '', remote] = where.split(' ')
  const options = { parkAfter: 1_000, locality: remote === undefined }
  const baton = stack.use(await Baton.connect(url))
  const victim = stack.use(await startWorkerProcess({ url, dieAt, options }))
  const handle = await baton.start(Transfers, { id: 't', input })
  await Promise.race([victim.exited, handle.result()])
  stack.use(await testWorker(url, { workflows: [Transfers], locality: options.locality }))
  expect(await handle.result()).toBe(960)
  expect(await bank(url)).toMatchObject({ a: 960, b: 40, transfers: moved })
})

test('G3 a connection that is cut in the middle of a step costs an attempt, and no money', async () => {
  await using stack = new AsyncDisposableStack()
  const url = await prepared(stack)
  stack.use(await testWorker(url, { workflows: [Transfers] }))
  const baton = stack.use(await Baton.connect(url))
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  stack.defer(() => admin.end())
  const handle = await baton.start(Transfers, { input: { id: 't', times: 40, amount: 1 } })
  const result = handle.result()
  const over = async (): Promise<boolean> => (await handle.describe()).endedAt !== undefined
  const count = async (): Promise<number> => (await admin.query<{ n: number }>('select count(*)::int as n from transfers')).rows[0]?.n ?? 0
  while (!(await over())) {
    const before = await count()
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name like '% steps' and datname = current_database()`)
    while ((await count()) === before && !(await over())) await Promise.resolve()
  }
  expect(await result).toBe(960)
  const { a, b, transfers } = await bank(url)
  expect({ a, b, moved: new Set(transfers).size, all: transfers.length }).toEqual({ a: 960, b: 40, moved: 40, all: 40 })
})
