// A19: search attributes and memo: checked before a row is written, kept with the execution, found by filters.
import { Baton, ExecutionIdReused, InvalidQuery, type ListOptions } from '@baton/runtime'
import { InvalidAttributes, Run, Workflow } from '@baton/sdk'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { testWorker } from '../support/worker.ts'

@Workflow({ name: 'invoice' })
class Invoice {
  static readonly attributes = { customer: 'keyword', total: 'number', due: 'datetime', tags: 'keywords', vip: 'boolean' } as const

  @Run() async run(id: string): Promise<string> {
    return id
  }
}

@Workflow({ name: 'plain' })
class Plain {
  @Run() async run(id: string): Promise<string> {
    return id
  }
}

let stack: AsyncDisposableStack
let baton: Baton
let admin: pg.Client

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const { url } = stack.use(await createDatabase())
  stack.use(await testWorker(url, { workflows: [Invoice, Plain] }))
  baton = stack.use(await Baton.connect(url))
  admin = new pg.Client({ connectionString: url })
  await admin.connect()
  stack.defer(() => admin.end())
})
afterAll(() => stack.disposeAsync())

/** What the index of attributes has of an execution. */
async function indexed(id: string): Promise<readonly string[]> {
  const { rows } = await admin.query<{ row: string }>(
    `select a.key || ' ' || a.value as row from baton.attributes a join baton.executions x on x.id = a.execution_id and x.created_at = a.created_at where x.id = $1 order by 1`,
    [id],
  )
  return rows.map(({ row }) => row)
}

async function idsOf(options: ListOptions): Promise<readonly string[]> {
  return (await baton.list(options)).executions.map(({ id }) => id)
}

describe('at a start', () => {
  const values = { customer: 'Ann', total: 120.5, due: new Date('2026-03-01T00:00:00Z'), tags: ['b', 'a'], vip: true }

  test('attributes and memo are kept, to the end and after', async () => {
    const memo = { note: 'handle with care', by: new Map([['clerk', 7n]]) }
    await baton.execute(Invoice, { id: 'kept', input: 'x', attributes: values, memo })
    expect(await baton.handle('kept').describe()).toMatchObject({ status: 'completed', attributes: values, memo })
    expect((await baton.list({ idPrefix: 'kept' })).executions).toMatchObject([{ id: 'kept', attributes: values }])
    expect(await indexed('kept')).toEqual(['customer k:Ann', 'due t:2026-03-01T00:00:00.000Z', 'tags w:a', 'tags w:b', 'total n:c05e200000000000', 'vip b:true'])
  })

  test('by name they are checked by what the worker registered', async () => {
    await baton.start('invoice', { id: 'by-name', input: 'x', attributes: { customer: 'Bob' } })
    expect(await idsOf({ attributes: { customer: 'Bob' } })).toEqual(['by-name'])
    await expect(baton.start('invoice', { id: 'by-name-2', input: 'x', attributes: { customr: 'Bob' } })).rejects.toThrow(/did you mean 'customer'/)
    await expect(baton.start('plain', { id: 'by-name-2', input: 'x', attributes: { customer: 'Bob' } })).rejects.toThrow(InvalidAttributes)
  })

  test('what does not fit is refused before a row is written', async () => {
    const wrong = { customer: 5, nope: 'x' } as object
    const refused = await baton.start(Invoice, { id: 'refused', input: 'x', attributes: wrong }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(InvalidAttributes)
    expect(refused).toMatchObject({ code: 'InvalidAttributes', issues: [{ attribute: 'customer' }, { attribute: 'nope' }] })
    await expect(baton.start(Invoice, { id: 'refused', input: 'x', memo: () => 1 })).rejects.toMatchObject({ code: 'PayloadNotSerializable' })
    expect(await idsOf({ idPrefix: 'refused' })).toEqual([])
  })

  test('none leaves nothing in the index', async () => {
    await baton.execute(Invoice, { id: 'none', input: 'x', attributes: { customer: undefined } })
    expect(await baton.handle('none').describe()).toMatchObject({ attributes: {}, memo: undefined })
    expect(await indexed('none')).toEqual([])
  })

  test('a repetition is the first start, whatever attributes it gives', async () => {
    await baton.start(Invoice, { id: 'twice', input: 'x', attributes: { customer: 'first' } })
    await baton.start(Invoice, { id: 'twice', input: 'x', attributes: { customer: 'second' } })
    expect((await baton.handle('twice').describe()).attributes).toEqual({ customer: 'first' })
    await expect(baton.start(Invoice, { id: 'twice', input: 'y' })).rejects.toThrow(ExecutionIdReused)
  })

  test('starts of one commit have their own, and a rolled back one leaves nothing', async () => {
    await Promise.all(['a', 'b', 'c'].map((name, i) => baton.start(Invoice, { id: `batch-${name}`, input: 'x', ...(i === 1 ? {} : { attributes: { customer: name } }) })))
    expect([await indexed('batch-a'), await indexed('batch-b'), await indexed('batch-c')]).toEqual([['customer k:a'], [], ['customer k:c']])
    await admin.query('begin')
    await baton.start(Invoice, { id: 'undone', input: 'x', attributes: { customer: 'undone' }, transaction: admin })
    expect(await indexed('undone')).toEqual(['customer k:undone'])
    await admin.query('rollback')
    expect(await baton.count({ attributes: { customer: 'undone' } })).toBe(0)
  })
})

describe('the index follows the execution', () => {
  test('when attributes change, and when it is removed', async () => {
    await baton.execute(Invoice, { id: 'moved', input: 'x', attributes: { customer: 'old', tags: ['a', 'b'] } })
    await admin.query(`update baton.executions set attributes = '{"customer":"new","tags":["b","c"],"vip":false}' where id = 'moved'`)
    expect(await indexed('moved')).toEqual(['customer k:new', 'tags w:b', 'tags w:c', 'vip b:false'])
    expect(await idsOf({ attributes: { customer: 'old' } })).toEqual([])
    expect(await idsOf({ attributes: { customer: 'new', tags: { contains: 'c' } } })).toEqual(['moved'])
    await admin.query(`update baton.executions set attributes = null where id = 'moved'`)
    expect(await indexed('moved')).toEqual([])
    await admin.query(`update baton.executions set attributes = '{"customer":"new"}' where id = 'moved'`)
    await admin.query(`delete from baton.executions where id = 'moved'`)
    expect((await admin.query(`select from baton.attributes where execution_id = 'moved'`)).rows).toEqual([])
  })
})

describe('a list', () => {
  test('goes on by cursor in the order it began with', async () => {
    for (const total of [3, 1, 2]) await baton.start(Invoice, { id: `by-${total}`, input: 'x', attributes: { total } })
    const options = { idPrefix: 'by-', attributes: { total: { gte: 1, lte: 3 } }, orderBy: { attribute: 'total' }, order: 'asc', limit: 2 } as const
    const first = await baton.list(options)
    expect(first.executions.map(({ id }) => id)).toEqual(['by-1', 'by-2'])
    const second = await baton.list({ ...options, ...(first.next === undefined ? {} : { cursor: first.next }) })
    expect(second).toMatchObject({ executions: [{ id: 'by-3' }], next: undefined })
    await expect(baton.list({ limit: 2, ...(first.next === undefined ? {} : { cursor: first.next }) })).rejects.toThrow(/The cursor is of a list by attribute 'total', ascending/)
  })

  test('of no status is empty', async () => {
    expect(await baton.list({ status: [] })).toEqual({ executions: [], next: undefined })
    expect(await baton.count({ status: [] })).toBe(0)
  })

  const cursor = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url')
  test.each<[string, object]>([
    ['a limit of none', { limit: 0 }],
    ['too long a page', { limit: 501 }],
    ['a status that is none', { status: 'gone' }],
    ['statuses, one of which is none', { status: ['failed', 'gone'] }],
    ['an order that is none', { orderBy: 'size' }],
    ['a direction that is none', { order: 'up' }],
    ['no JSON for a cursor', { cursor: 'x' }],
    ['a cursor of another kind', { cursor: cursor('createdAt, descending', 5, 'id') }],
    ['a cursor too short', { cursor: cursor('createdAt, descending', 'id') }],
    ['a cursor without a time', { cursor: cursor('createdAt, descending', 'noon', 'id') }],
    ['a time that is none', { createdAfter: new Date(Number.NaN) }],
    ['an empty range', { attributes: { total: {} } }],
    ['a range of texts', { attributes: { customer: { gte: 'a' } } }],
    ['a range of two types', { attributes: { total: { gte: 1, lt: new Date() } } }],
    ['an unknown bound', { attributes: { total: { above: 1 } } }],
    ['a value no attribute has', { attributes: { total: Number.NaN } }],
    ['null', { attributes: { total: null } }],
    ['an attribute the class does not declare', { workflow: Invoice, attributes: { totl: 1 } }],
    ['text that no database takes', { idPrefix: 'a\0' }],
  ])('refuses %s', async (_, options) => {
    await expect(baton.list(options)).rejects.toThrow(InvalidQuery)
  })

  test('takes names of attributes as they are, never as SQL', async () => {
    expect(await idsOf({ attributes: { "x' or true --": 'a', '$1': 5, 'a"b': true } })).toEqual([])
    expect(await idsOf({ orderBy: { attribute: "x'; drop table executions; --" } })).toEqual([])
  })

  test('counts no further than asked', async () => {
    expect(await baton.count({ workflow: Invoice }, { atMost: 2 })).toBe(2)
    await expect(baton.count({}, { atMost: 0 })).rejects.toThrow(InvalidQuery)
  })
})
