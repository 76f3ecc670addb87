// G1: one execution an id, however often and from wherever start is called; also inside the caller's own transaction.
import { Baton } from '@baton/runtime'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { testWorker } from '../support/worker.ts'
import { Chain, Nap } from '../support/workflows.ts'

let stack: AsyncDisposableStack
let baton: Baton
let url: string

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  url = stack.use(await createDatabase()).url
  stack.use(await testWorker(url))
  baton = stack.use(await Baton.connect(url))
})
afterAll(() => stack.disposeAsync())

async function count(table: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return Number((await client.query<{ n: string }>(`select count(*) as n from baton.${table}`)).rows[0]?.n)
  } finally {
    await client.end()
  }
}

test('the same id started at the same time by several clients is one execution', async () => {
  await using other = await Baton.connect(url)
  const before = await count('executions')
  const starts = Array.from({ length: 40 }, (_, i) => (i % 2 ? baton : other).start(Chain, { id: 'once', input: { n: 3, ms: 0 } }))
  const handles = await Promise.all(starts)
  expect(await Promise.all(handles.map((handle) => handle.result()))).toEqual(handles.map(() => 3))
  expect(await count('executions')).toBe(before + 1)
  expect((await baton.handle('once').history()).filter(({ type }) => type === 'StepCompleted')).toHaveLength(3)
})

test('the same id after the end gives the recorded result', async () => {
  await baton.execute(Chain, { id: 'again', input: { n: 4, ms: 0 } })
  expect(await baton.execute(Chain, { id: 'again', input: { n: 4, ms: 0 } })).toBe(6)
})

describe("in the caller's transaction", () => {
  test('of kysely, an execution starts when it commits, with the rows of the caller', async () => {
    await using db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }) })
    await sql`create table bookings (id text)`.execute(db)
    const handle = await db.transaction().execute(async (transaction) => {
      await sql`insert into bookings values ('kysely')`.execute(transaction)
      return baton.start(Chain, { id: 'with-kysely', input: { n: 2, ms: 0 }, transaction })
    })
    expect(await handle.result()).toBe(1)
  })

  test('of pg, nothing starts when it is rolled back', async () => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      await client.query('begin')
      const handle = await baton.start(Chain, { id: 'rolled-back', input: { n: 2, ms: 0 }, transaction: client })
      await client.query('rollback')
      await expect(handle.describe()).rejects.toMatchObject({ code: 'ExecutionNotFound' })
    } finally {
      await client.end()
    }
  })
})

test('list pages through all executions, youngest first, without a gap or a repetition', async () => {
  await Promise.all(Array.from({ length: 25 }, (_, i) => baton.execute(Chain, { id: `page-${i}`, input: { n: 0, ms: 0 } })))
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await baton.list({ limit: 7, workflow: 'chain', ...(cursor === undefined ? {} : { cursor }) })
    seen.push(...page.executions.map(({ id }) => id))
    cursor = page.next
  } while (cursor !== undefined)
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen.length).toBe(await count('executions'))
})

test('an id that does not exist is no harm to those who wait for others at the same time', async () => {
  await baton.execute(Chain, { id: 'real', input: { n: 2, ms: 0 } })
  const [real, nobody] = await Promise.allSettled([baton.handle('real').result(), baton.handle('nobody').result()])
  expect(real).toEqual({ status: 'fulfilled', value: 1 })
  expect(nobody).toMatchObject({ status: 'rejected', reason: { code: 'ExecutionNotFound' } })
})

test('a result that is awaited while the client is closed is refused, and can be had from another', async () => {
  const closing = await Baton.connect(url)
  const handle = await closing.start(Nap, { id: 'outlives', input: 300 })
  const waiting = handle.result().catch((error: unknown) => error)
  await expect.poll(async () => (await baton.handle('outlives').history()).length, { interval: 5 }).toBeGreaterThan(1)
  await closing.close()
  expect(await waiting).toMatchObject({ code: 'ClientClosed' })
  await baton.handle('outlives').result()
})

test('describe says what an execution is', async () => {
  await baton.execute(Chain, { id: 'described', input: { n: 1, ms: 0 } })
  expect(await baton.handle('described').describe()).toMatchObject({
    id: 'described', workflow: 'chain', version: '1', queue: 'default', status: 'completed', worker: undefined,
  })
})
