// The law of filters: whatever a filter, an order and a page size, the pages together are what a naive filter in JavaScript
// gives, in its order, each once.
import { Baton, type AttributeFilter, type ExecutionFilter, type ListOptions } from '@baton/runtime'
import type { AttributeType, AttributeValue, AttributeValues } from '@baton/sdk'
import { storeAttributes } from '@baton/sdk/host'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'

interface Execution {
  readonly id: string
  readonly workflow: string
  readonly status: 'pending' | 'running' | 'blocked' | 'completed' | 'failed'
  readonly created: number
  readonly ended: number | undefined
  readonly attributes: AttributeValues
}

const TYPES: Readonly<Record<string, AttributeType>> = { text: 'keyword', size: 'number', vip: 'boolean', due: 'datetime', tags: 'keywords' }
const START = Date.UTC(2026, 0, 1)

// Few values, so that filters hit; among them those whose order is easily got wrong.
const text = fc.constantFrom('', 'a', 'A', 'ab', 'b', 'é', 'z', '\u{10FFFF}', '\uFFFD', '😀', 'a%', "a'b", '{"at":1}')
const number = fc.constantFrom(-1e308, -2.5, -2, -0.5, -Number.MIN_VALUE, 0, -0, 5e-324, 0.1, 0.30000000000000004, 1, 2, 10, 100, 1e21, 1.7976931348623157e308)
const moment = fc.constantFrom(Date.UTC(1900, 0, 1), START, START + 1, START + 86_400_000, Date.UTC(9999, 11, 31)).map((ms) => new Date(ms))
const attributes = fc.record({ text, size: number, vip: fc.boolean(), due: moment, tags: fc.array(text, { maxLength: 3 }) }, { requiredKeys: [] })
const when = fc.integer({ min: 0, max: 6 }).map((day) => START + day * 86_400_000)
const workflow = fc.constantFrom('order', 'Order', 'etl')
const status = fc.constantFrom('pending' as const, 'running' as const, 'blocked' as const, 'completed' as const, 'failed' as const)
const id = fc.tuple(fc.constantFrom('a', 'a-', 'A', 'é', '\u{10FFFF}', '\uD7FF'), fc.nat(1e9)).map(([head, n]) => `${head}${n}`)

const ranges = <T extends number | Date>(value: fc.Arbitrary<T>) =>
  fc.record({ gt: value, gte: value, lt: value, lte: value }, { requiredKeys: [] }).filter((range) => Object.keys(range).length > 0)
const day = when.map((ms) => new Date(ms))
/** One condition, or one attribute's. */
const conditions: readonly fc.Arbitrary<ExecutionFilter>[] = [
  fc.record({ workflow }),
  fc.record({ status: fc.oneof(status, fc.uniqueArray(status, { maxLength: 4 })) }),
  fc.record({ createdAfter: day, createdBefore: day }, { requiredKeys: [] }),
  fc.record({ endedAfter: day, endedBefore: day }, { requiredKeys: [] }),
  fc.record({ idPrefix: fc.constantFrom('', 'a', 'a-', 'A', 'é', '\u{10FFFF}', '\uD7FF', 'zz') }),
]
const tests: readonly fc.Arbitrary<NonNullable<ExecutionFilter['attributes']>>[] = [
  fc.record({ text: fc.oneof(text, text.map((startsWith) => ({ startsWith }))) }),
  fc.record({ size: fc.oneof(number, ranges(number)) }),
  fc.record({ vip: fc.boolean() }),
  fc.record({ due: fc.oneof(moment, ranges(moment)) }),
  fc.record({ tags: text.map((contains) => ({ contains })) }),
]
// Few at a time: what meets too many conditions is nobody, and proves nothing.
const attributeFilter = fc.tuple(fc.oneof(...tests), fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, ...tests.map((arbitrary) => ({ weight: 1, arbitrary })))).map(([a, b]) => ({ ...a, ...b }))
const filter: fc.Arbitrary<ExecutionFilter> = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: fc.constant<ExecutionFilter>({}) }, ...conditions.map((arbitrary) => ({ weight: 1, arbitrary }))),
    fc.oneof({ weight: 4, arbitrary: fc.constant<ExecutionFilter>({}) }, ...conditions.map((arbitrary) => ({ weight: 1, arbitrary }))),
    fc.option(attributeFilter, { nil: undefined }),
  )
  .map(([a, b, attributes]) => ({ ...a, ...b, ...(attributes === undefined ? {} : { attributes }) }))
const orderBy = fc.constantFrom('createdAt' as const, 'endedAt' as const, 'id' as const, ...Object.keys(TYPES).map((attribute) => ({ attribute })))
const order = fc.constantFrom('asc' as const, 'desc' as const)

let database: Awaited<ReturnType<typeof createDatabase>>
let baton: Baton
let executions: readonly Execution[]
beforeAll(async () => {
  database = await createDatabase()
  baton = await Baton.connect(database.url)
  const execution = fc.record({ id, workflow, status, created: when, ended: fc.option(when, { nil: undefined }), attributes })
  executions = fc.sample(fc.uniqueArray(execution, { selector: (each) => each.id, minLength: 300, maxLength: 300 }), { numRuns: 1, seed: 3 })[0] ?? []
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    for (const each of executions) {
      await client.query(
        `insert into baton.executions (id, workflow, version, queue, status, created_at, ended_at, attributes) values ($1, $2, '1', 'default', $3, $4, $5, $6)`,
        [
          each.id, each.workflow, each.status, new Date(each.created), each.ended === undefined ? null : new Date(each.ended),
          JSON.stringify(storeAttributes('w', TYPES, each.attributes)),
        ],
      )
    }
  } finally {
    await client.end()
  }
})
afterAll(async () => {
  await baton.close()
  await database[Symbol.asyncDispose]()
})

test('pages and counts are those of a naive filter', async () => {
  let met = 0
  await fc.assert(
    fc.asyncProperty(filter, orderBy, order, fc.integer({ min: 20, max: 150 }), async (filter, orderBy, order, limit) => {
      const wanted = naive(filter, orderBy, order)
      if (wanted.length > 0) met++
      expect(await pages({ ...filter, orderBy, order, limit })).toEqual(wanted)
      expect(await baton.count(filter)).toBe(executions.filter((each) => matches(each, filter)).length)
    }),
    { numRuns: 500 },
  )
  expect(met).toBeGreaterThan(200)
})

async function pages(options: ListOptions): Promise<readonly string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await baton.list({ ...options, ...(cursor === undefined ? {} : { cursor }) })
    expect(page.executions.length).toBeLessThanOrEqual(options.limit ?? 50)
    ids.push(...page.executions.map((each) => each.id))
    cursor = page.next
  } while (cursor !== undefined)
  return ids
}

function naive(filter: ExecutionFilter, orderBy: NonNullable<ListOptions['orderBy']>, order: 'asc' | 'desc'): readonly string[] {
  const keyed = executions
    .filter((each) => matches(each, filter))
    .map((each) => ({ id: each.id, keys: keysOf(each, orderBy, filter) }))
    .filter((each): each is { id: string; keys: readonly (string | number)[] } => each.keys !== undefined)
    .toSorted((a, b) => compareAll(a.keys, b.keys))
  const ids = keyed.map((each) => each.id)
  return order === 'asc' ? ids : ids.toReversed()
}

function keysOf(each: Execution, orderBy: NonNullable<ListOptions['orderBy']>, filter: ExecutionFilter): readonly (string | number)[] | undefined {
  if (orderBy === 'id') return [each.id]
  if (orderBy === 'createdAt') return [each.created, each.id]
  if (orderBy === 'endedAt') return each.ended === undefined ? undefined : [each.ended, each.id]
  const value = each.attributes[orderBy.attribute]
  if (value === undefined) return undefined
  // Several keywords are no order, unless the filter names the one that counts.
  if (isWords(value)) return filter.attributes?.[orderBy.attribute] === undefined ? undefined : [each.created, each.id]
  return [value instanceof Date ? value.getTime() : typeof value === 'boolean' ? Number(value) : value, each.created, each.id]
}

function matches(each: Execution, filter: ExecutionFilter): boolean {
  const statuses = filter.status === undefined ? undefined : typeof filter.status === 'string' ? [filter.status] : filter.status
  return (
    (filter.workflow === undefined || each.workflow === filter.workflow) &&
    (statuses === undefined || statuses.includes(each.status)) &&
    (filter.createdAfter === undefined || each.created >= filter.createdAfter.getTime()) &&
    (filter.createdBefore === undefined || each.created < filter.createdBefore.getTime()) &&
    (filter.endedAfter === undefined || (each.ended !== undefined && each.ended >= filter.endedAfter.getTime())) &&
    (filter.endedBefore === undefined || (each.ended !== undefined && each.ended < filter.endedBefore.getTime())) &&
    (filter.idPrefix === undefined || each.id.startsWith(filter.idPrefix)) &&
    Object.entries(filter.attributes ?? {}).every(([key, test]) => test === undefined || passes(each.attributes[key], test))
  )
}

function passes(value: AttributeValue | undefined, test: AttributeFilter): boolean {
  if (value === undefined) return false
  if (test instanceof Date) return value instanceof Date && value.getTime() === test.getTime()
  if (typeof test !== 'object') return value === test
  if ('contains' in test) return isWords(value) && value.includes(test.contains)
  if ('startsWith' in test) return typeof value === 'string' && value.startsWith(test.startsWith)
  if (typeof value !== 'number' && !(value instanceof Date)) return false
  const number = Number(value)
  const { gt, gte, lt, lte } = test
  return (gt === undefined || number > Number(gt)) && (gte === undefined || number >= Number(gte)) && (lt === undefined || number < Number(lt)) && (lte === undefined || number <= Number(lte))
}

function isWords(value: AttributeValue): value is readonly string[] {
  return Array.isArray(value)
}

function compareAll(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i] ?? 0
    if (typeof left === 'string' ? left === right : left === right) continue
    if (typeof left === 'number') return left - Number(right) < 0 ? -1 : 1
    return Buffer.compare(Buffer.from(left), Buffer.from(String(right)))
  }
  return 0
}
