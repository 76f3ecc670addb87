// G9: bad input is refused with a typed error before a row is written.
import { Baton, migrate, Worker } from '@baton/runtime'
import { BatonError } from '@baton/sdk'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { testWorker } from '../support/worker.ts'
import { Chain, Echo } from '../support/workflows.ts'

let stack: AsyncDisposableStack
let baton: Baton
let url: string
let admin: pg.Client

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  url = stack.use(await createDatabase()).url
  stack.use(await testWorker(url))
  baton = stack.use(await Baton.connect(url))
  admin = new pg.Client({ connectionString: url })
  await admin.connect()
  stack.defer(() => admin.end())
})
afterAll(() => stack.disposeAsync())
afterEach(async () => {
  await admin.query('delete from baton.events')
  await admin.query('delete from baton.executions')
})

async function rows(): Promise<number> {
  const { rows: found } = await admin.query<{ n: number }>(`select (select count(*) from baton.executions)::int
    + (select count(*) from baton.events)::int + (select count(*) from baton_boss.job)::int as n`)
  return found[0]?.n ?? Number.NaN
}

const circle: Record<string, unknown> = { name: 'a' }
circle['self'] = circle

async function thrownBy(act: () => Promise<unknown>): Promise<unknown> {
  try {
    await act()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

test.each([
  ['the wrong type for the schema', () => baton.start(Chain, { input: { n: 'three' } as never }), 'InvalidInput', /n: .*number/],
  ['the wrong type for the schema, by name', () => baton.start('chain', { input: { n: 'three' } }), 'InvalidInput', /n: .*number/],
  ['an unknown workflow', () => baton.start('chian', { input: {} }), 'UnknownWorkflow', /'chain'/],
  ['a circle', () => baton.start(Echo, { input: circle }), 'PayloadNotSerializable', /\$\.self/],
  ['a function', () => baton.start(Echo, { input: { on: { click: () => 1 } } }), 'PayloadNotSerializable', /\$\.on\.click is a function/],
  ['an instance with behaviour', () => baton.start(Echo, { input: [new (class Cart {})()] }), 'PayloadNotSerializable', /\$\[0\] is an instance of Cart/],
  ['20 MB', () => baton.start(Echo, { input: 'x'.repeat(20 * 1024 * 1024) }), 'PayloadTooLarge', /20,971,522 bytes/],
  ['an empty id', () => baton.start(Echo, { id: '', input: 1 }), 'InvalidExecutionId', /1 to 200/],
  ['an endless id', () => baton.start(Echo, { id: 'x'.repeat(201), input: 1 }), 'InvalidExecutionId', /1 to 200/],
  ['an id with a line break', () => baton.start(Echo, { id: 'a\nb', input: 1 }), 'InvalidExecutionId', /control/],
  ['an id that is no text', () => baton.start(Echo, { id: 'x\ud800', input: 1 }), 'InvalidExecutionId', /well-formed/],
  ['a handle of an impossible id', async () => baton.handle('a\0'), 'InvalidExecutionId', /control/],
  ['a status that is none', () => baton.list({ status: 'asleep' as never }), 'InvalidQuery', /'asleep'/],
  ['a cursor of no time', () => baton.list({ cursor: Buffer.from('["abc","x"]').toString('base64url') }), 'InvalidQuery', /cursor/],
  ['a worker without slots', () => Worker.start({ url, workflows: [Echo], slots: 0 }), 'InvalidOption', /slots/],
  ['a page of nothing', () => baton.list({ limit: 0 }), 'InvalidQuery', /1 to 500/],
  ['a cursor of somebody else', () => baton.list({ cursor: 'bm9uZQ' }), 'InvalidQuery', /cursor/],
])('G9: %s is refused and writes no row', async (_, act, code, message) => {
  const error = await thrownBy(act)
  expect(error).toBeInstanceOf(BatonError)
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) as unknown })
  expect(await rows()).toBe(0)
})

test.each([
  ['input', () => baton.start(Echo, { id: 'taken', input: { a: 2 } }), /another input/],
  ['workflow', () => baton.start(Chain, { id: 'taken', input: { n: 1, ms: 0 } }), /workflow 'echo'/],
])('G9: an id that exists is refused with another %s and changes nothing', async (_, act, message) => {
  await baton.execute(Echo, { id: 'taken', input: { a: 1 } })
  const before = await rows()
  await expect(act()).rejects.toMatchObject({ code: 'ExecutionIdReused', message: expect.stringMatching(message) as unknown })
  expect(await rows()).toBe(before)
  expect(await baton.handle('taken').result()).toEqual({ a: 1 })
})

test('an id that exists is taken with an input that means the same', async () => {
  await baton.execute(Echo, { id: 'same', input: { a: 1, b: new Date(0) } })
  expect(await baton.execute(Echo, { id: 'same', input: { b: new Date(0), a: 1 } })).toEqual({ a: 1, b: new Date(0) })
})

test('an id that does not exist is said so', async () => {
  const handle = baton.handle('nobody')
  await expect(handle.describe()).rejects.toMatchObject({ code: 'ExecutionNotFound' })
  await expect(handle.history()).rejects.toMatchObject({ code: 'ExecutionNotFound' })
  await expect(handle.result()).rejects.toMatchObject({ code: 'ExecutionNotFound' })
})

test('a result that is too large or cannot be serialized fails the step at once, with its own code', async () => {
  const error: unknown = await baton.execute(Echo, { input: 'x'.repeat(1_500_000) }).catch((thrown: unknown) => thrown)
  expect(error).not.toBeInstanceOf(Error) // 1.5 MB is fine
})

test('a database without the schema is refused by worker and client', async () => {
  const other = { url, schema: 'elsewhere' }
  await expect(Baton.connect(url, other)).rejects.toMatchObject({ code: 'SchemaMissing' })
  await expect(Worker.start({ ...other, workflows: [Echo] })).rejects.toMatchObject({ code: 'SchemaMissing' })
  await expect(Baton.connect(url, { schema: 'x"; drop' })).rejects.toMatchObject({ code: 'InvalidSchemaName' })
})

test('a second schema in the same database is a second world', async () => {
  await migrate(url, { schema: 'second' })
  await using worker = await Worker.start({ url, schema: 'second', workflows: [Echo] })
  await using client = await Baton.connect(url, { schema: 'second' })
  expect(await client.execute(Echo, { id: 'here', input: 'second' })).toBe('second')
  expect(worker.id).toBe(1)
  await expect(baton.handle('here').describe()).rejects.toMatchObject({ code: 'ExecutionNotFound' })
})
