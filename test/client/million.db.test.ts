// C6: a million executions are listed by any filter without reading or sorting more than a page needs. Plans are those of the
// very statements the client sends.
import { Baton, type ListOptions } from '@baton/runtime'
import type { RawBuilder } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { conditionsOf } from '../../packages/runtime/src/client/conditions.ts'
import { pathOf, STRETCH } from '../../packages/runtime/src/client/list.ts'
import { MAX_RUNS } from '../../packages/runtime/src/client/list-path.ts'
import { edgeQuery, pageQuery, workflowsQuery } from '../../packages/runtime/src/client/list-query.ts'
import { type Database, openDatabase } from '../../packages/runtime/src/log/database.ts'
import { namesOf } from '../../packages/runtime/src/log/names.ts'
import { createDatabase } from '../support/database.ts'

const EXECUTIONS = 1_000_000
const names = namesOf()
let database: Awaited<ReturnType<typeof createDatabase>>
let opened: Database
let baton: Baton
let client: pg.Client

beforeAll(async () => {
  database = await createDatabase()
  opened = openDatabase({ url: database.url, names, name: 'test', max: 2, onError: () => {} })
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await seed()
  baton = await Baton.connect(database.url)
}, 120_000)
afterAll(async () => {
  await baton.close()
  await client.end()
  await opened.close()
  await database[Symbol.asyncDispose]()
})

/**
 * Twenty workflows, a status that is mostly `completed`, and four attributes. Indexes are made afterwards, and the rows of
 * `attributes` written as a set instead of by the triggers; that those write the same is the business of
 * attribute-index.db.test.ts.
 */
async function seed(): Promise<void> {
  const began = performance.now()
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
     where indrelid = 'baton.executions'::regclass and not indisprimary`,
  )
  await client.query(`
    set synchronous_commit = off; set maintenance_work_mem = '256MB';
    alter table baton.executions disable trigger user;
    alter table baton.attributes drop constraint attributes_pkey;
    ${indexes.map(({ name }) => `drop index ${name};`).join('\n')}
    insert into baton.executions (id, workflow, version, queue, status, created_at, started_at, ended_at, attributes)
      select 'id-' || lpad(to_hex(i), 8, '0'), 'w' || i % 20, '1', 'default',
        case when i % 1000 = 0 then 'failed' when i % 5000 = 1 then 'blocked' when i % 2000 = 2 then 'running' else 'completed' end,
        at, at, case when i % 5000 <> 1 and i % 2000 <> 2 then at + (i % 997) * interval '1 second' end,
        jsonb_build_object('customer', 'c' || i % 1000, 'total', i % 100003)
          || case when i % 4 = 3 then jsonb_build_object('vip', i % 8 = 3, 'tags', jsonb_build_array('t' || i % 500)) else '{}' end
      from (select i, '2026-01-01'::timestamptz + i * interval '1 second' as at from generate_series(1, ${EXECUTIONS}) i) s;
    insert into baton.attributes (key, value, created_at, execution_id)
      select key, value, created_at, id from baton.executions x cross join lateral (values
        ('customer', 'k:' || (attributes ->> 'customer')), ('total', baton.attribute_value(attributes -> 'total')),
        ('vip', 'b:' || (attributes ->> 'vip')), ('tags', 'w:' || (attributes -> 'tags' ->> 0))) v (key, value) where value is not null;
    ${indexes.map(({ definition }) => `${definition};`).join('\n')}
    alter table baton.attributes add primary key (key, value, created_at, execution_id);
    alter table baton.executions enable trigger user`)
  await client.query('vacuum analyze baton.executions, baton.attributes')
  expect(performance.now() - began).toBeLessThan(60_000)
}

interface Node {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Node[]
}

function flat(node: Node): readonly Node[] {
  return [node, ...(node.Plans ?? []).flatMap(flat)]
}

/** The plans of the statements that a list begins with, as they ran. */
async function plansOf(options: ListOptions): Promise<readonly (readonly Node[])[]> {
  const { limit = 50, orderBy = 'createdAt', order = 'desc', ...filter } = options
  const path = await pathOf(opened, names, conditionsOf(filter), orderBy)
  const stretch = { path, descending: order === 'desc', after: undefined, reads: path.left.length === 0 ? limit + 1 : STRETCH }
  return [await planOf(pageQuery(names, stretch, limit + 1)), ...(path.left.length === 0 ? [] : [await planOf(edgeQuery(stretch))])]
}

async function planOf(statement: RawBuilder<unknown>): Promise<readonly Node[]> {
  const { sql, parameters } = statement.compile(opened.db)
  const { rows } = await client.query<{ 'QUERY PLAN': readonly { Plan: Node }[] }>(`explain (analyze, timing off, format json) ${sql}`, [...parameters])
  const [explained] = rows[0]?.['QUERY PLAN'] ?? []
  if (!explained) throw new Error('There is no plan.')
  return flat(explained.Plan)
}

/** Nodes that read or hold more than the page: of workers there are few, and an Incremental Sort is of those of one moment. */
function unbounded(plan: readonly Node[]): readonly string[] {
  return plan.filter((node) => /^(Seq Scan|Bitmap|Sort|Hash|Materialize)/.test(node['Node Type']) && node['Relation Name'] !== 'workers').map((node) => node['Node Type'])
}

/** Rows taken from tables and indexes, those that were thrown away included. */
function rowsRead(plan: readonly Node[]): number {
  return plan
    .filter((node) => node['Relation Name'] !== undefined)
    .reduce((sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'], 0)
}

const from = new Date('2026-01-05T00:00:00Z')
const to = new Date('2026-01-05T12:00:00Z')

describe('reads no more than a page', () => {
  const whole: ListOptions[] = [
    {},
    { createdAfter: from, createdBefore: to },
    { workflow: 'w3' },
    { workflow: 'w3', createdBefore: to },
    { status: 'completed' },
    { status: 'failed' },
    { status: ['failed', 'blocked'], createdAfter: from },
    { workflow: 'w0', status: 'failed' },
    { workflow: 'w1', status: ['blocked', 'running'] },
    { orderBy: 'endedAt' },
    { orderBy: 'endedAt', endedAfter: from, endedBefore: to, order: 'asc' },
    { orderBy: 'id' },
    { orderBy: 'id', idPrefix: 'id-0007' },
    { attributes: { customer: 'c7' } },
    { attributes: { customer: 'c7' }, createdAfter: from },
    { attributes: { vip: true } },
    { attributes: { total: 99 } },
    { attributes: { tags: { contains: 't7' } } },
    { orderBy: { attribute: 'total' } },
    { orderBy: { attribute: 'total' }, attributes: { total: { gte: 10, lt: 20 } } },
    { orderBy: { attribute: 'customer' }, attributes: { customer: { startsWith: 'c99' } }, order: 'asc' },
  ]
  test.each(whole)('%j', async (options) => {
    const [plan = []] = await plansOf({ ...options, limit: 50 })
    expect(unbounded(plan)).toEqual([])
    // A page of keys, its executions, and one key more for each run that is merged.
    expect(rowsRead(plan)).toBeLessThanOrEqual(2 * 51 + MAX_RUNS)
  })
})

describe('reads no more than a stretch where conditions are left over', () => {
  const left: ListOptions[] = [
    { workflow: 'w3', attributes: { total: { gte: 10, lt: 20 } } },
    { attributes: { total: { gte: 10, lt: 20 } } },
    { attributes: { customer: 'c7', total: { gte: 10, lt: 20 } } },
    { attributes: { customer: 'c7', tags: { contains: 't11' } } },
    { workflow: 'w3', status: 'failed', attributes: { vip: true } },
    { status: 'failed', attributes: { customer: { startsWith: 'nobody' } } },
    { idPrefix: 'id-0001' },
    { endedAfter: from, endedBefore: to },
    { orderBy: 'endedAt', workflow: 'w3', status: 'failed' },
    { orderBy: 'id', attributes: { customer: 'c7' } },
    { orderBy: { attribute: 'total' }, workflow: 'w3', status: 'blocked', createdBefore: to },
  ]
  test.each(left)('%j', async (options) => {
    for (const plan of await plansOf({ ...options, limit: 50 })) {
      expect(unbounded(plan)).toEqual([])
      expect(rowsRead(plan)).toBeLessThanOrEqual(2 * STRETCH + MAX_RUNS)
    }
  })
})

test('the workflows there are cost a look each', async () => {
  const plan = await planOf(workflowsQuery(names, MAX_RUNS + 1))
  expect(unbounded(plan)).toEqual([])
  expect(rowsRead(plan)).toBeLessThanOrEqual(21)
})

test('pages go on where they ended while others start', async () => {
  const filter: ListOptions = { workflow: 'w7', attributes: { vip: false } }
  const seen: string[] = []
  let cursor: string | undefined
  let started = 0
  do {
    const page = await baton.list({ ...filter, limit: 500, ...(cursor === undefined ? {} : { cursor }) })
    seen.push(...page.executions.map(({ id }) => id))
    cursor = page.next
    await client.query(
      `insert into baton.executions (id, workflow, version, queue, attributes) values ($1, 'w7', '1', 'default', '{"vip":false}')`,
      [`meanwhile-${started++}`],
    )
  } while (cursor !== undefined)
  expect(started).toBe(50)
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen.length).toBe(EXECUTIONS / 40)
  expect(seen.filter((id) => id.startsWith('meanwhile'))).toEqual([])
})

test('a page is short, and says so, where matches are rare', async () => {
  const filter: ListOptions = { attributes: { total: { gte: 10, lt: 20 } }, limit: 50 }
  const first = await baton.list(filter)
  expect(first.executions.length).toBeLessThan(50)
  expect(first.next).toBeDefined()
  const all = []
  for await (const { attributes } of baton.listAll({ ...filter, orderBy: { attribute: 'total' } })) all.push(attributes['total'])
  expect(all.length).toBe(100)
  expect(all).toEqual(all.toSorted((a, b) => Number(b) - Number(a)))
})

test('counts, and no further than asked', async () => {
  expect(await baton.count({ attributes: { customer: 'c7' } })).toBe(EXECUTIONS / 1000)
  expect(await baton.count({ status: 'failed' })).toBe(EXECUTIONS / 1000)
  expect(await baton.count({ status: 'completed' }, { atMost: 100 })).toBe(100)
})
