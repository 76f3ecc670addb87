// A19: attributes that workflow code sets: in the commit of the turn, once, whoever replays.
import { Baton } from '@baton/runtime'
import { InvalidAttributes, Run, setAttributes, sleep, Step, Workflow } from '@baton/sdk'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorker } from '../../packages/runtime/src/worker/worker.ts'
import { createDatabase } from '../support/database.ts'
import { testWorker } from '../support/worker.ts'

@Workflow({ name: 'parcel' })
class Parcel {
  static readonly attributes = { state: 'keyword', weight: 'number', tags: 'keywords', due: 'datetime' } as const

  @Step() async weigh(): Promise<number> {
    return 7
  }

  @Run() async run(ms: number): Promise<string> {
    setAttributes(Parcel, { state: 'new', tags: ['a'] })
    setAttributes(Parcel, { tags: ['a', 'b'] })
    const weight = await this.weigh()
    setAttributes(Parcel, { weight, state: 'packed', due: new Date('2026-05-01T00:00:00Z') })
    await sleep(ms)
    setAttributes(Parcel, { state: 'sent', tags: null })
    return 'sent'
  }
}

@Workflow({ name: 'careless' })
class Careless {
  static readonly attributes = { weight: 'number' } as const

  @Run() async run(how: 'value' | 'class' | 'caught'): Promise<string> {
    if (how === 'class') setAttributes(Parcel, { state: 'new' })
    try {
      setAttributes(Careless, { weight: Number.NaN })
    } catch (error) {
      if (how === 'caught' && error instanceof InvalidAttributes) return error.code
      throw error
    }
    return 'never'
  }
}

let stack: AsyncDisposableStack
let baton: Baton
let url: string
let admin: pg.Client
const workflows = [Parcel, Careless]

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  url = stack.use(await createDatabase()).url
  baton = stack.use(await Baton.connect(url))
  admin = new pg.Client({ connectionString: url })
  await admin.connect()
  stack.defer(() => admin.end())
})
afterAll(() => stack.disposeAsync())

const found = async (attributes: Readonly<Record<string, string | number | { contains: string }>>, idPrefix = ''): Promise<readonly string[]> =>
  (await baton.list({ workflow: 'parcel', attributes, idPrefix })).executions.map(({ id }) => id)

test('they are found by from their commit on, and the last of a turn is that of its end', async () => {
  await using worker = await testWorker(url, { workflows })
  const handle = await baton.start(Parcel, { id: 'p1', input: 1_500, attributes: { state: 'asked', weight: 1 } })
  await expect.poll(() => found({ state: 'packed', weight: 7, tags: { contains: 'b' } })).toEqual(['p1'])
  expect(await found({ state: 'asked' })).toEqual([])
  expect((await handle.describe()).attributes).toEqual({ state: 'packed', weight: 7, tags: ['a', 'b'], due: new Date('2026-05-01T00:00:00Z') })
  expect(await handle.result()).toBe('sent')
  expect((await handle.describe()).attributes).toEqual({ state: 'sent', weight: 7, due: new Date('2026-05-01T00:00:00Z') })
  expect(await found({ tags: { contains: 'b' } })).toEqual([])
  const set = (await handle.history()).filter(({ type }) => type === 'AttributesSet').map(({ data }) => data['attributes'])
  expect(set).toEqual([
    { state: 'new', tags: ['a'] }, { tags: ['a', 'b'] },
    { weight: 7, state: 'packed', due: new Date('2026-05-01T00:00:00Z') }, { state: 'sent', tags: null },
  ])
  expect(worker.entries.filter(({ level }) => level === 'error')).toEqual([])
})

test('a replay by another worker sets nothing again', async () => {
  const first = await testWorker(url, { workflows })
  const handle = await baton.start(Parcel, { id: 'p2', input: 2_000 })
  await expect.poll(() => found({ state: 'packed' }, 'p2')).toEqual(['p2'])
  await first.stop()
  // What a replay wrote would be seen: the row says something else meanwhile.
  await admin.query(`update baton.executions set attributes = '{"state":"by hand"}' where id = 'p2'`)
  await using second = await testWorker(url, { workflows })
  await expect.poll(async () => (await handle.describe()).worker).toBeDefined()
  expect((await handle.describe()).attributes).toEqual({ state: 'by hand' })
  expect(await handle.result()).toBe('sent')
  expect((await handle.describe()).attributes).toEqual({ state: 'sent' })
  expect((await handle.history()).filter(({ type }) => type === 'AttributesSet')).toHaveLength(4)
  expect(second.entries.filter(({ level }) => level === 'error')).toEqual([])
})

test('what does not fit is thrown where it is set, and nothing of it is written', async () => {
  await using _ = await testWorker(url, { workflows })
  expect(await baton.execute(Careless, { id: 'c1', input: 'caught' })).toBe('InvalidAttributes')
  await expect(baton.execute(Careless, { id: 'c2', input: 'value' })).rejects.toMatchObject({ cause: { code: 'InvalidAttributes' } })
  await expect(baton.execute(Careless, { id: 'c3', input: 'class' })).rejects.toMatchObject({ cause: { code: 'WrongContext' } })
  expect(await baton.count({ workflow: Careless, attributes: { weight: { gte: -1e308 } } })).toBe(0)
})

test('connections that break around the commit change nothing of it', async () => {
  let cut = 0
  await using worker = await startWorker({ url, workflows, parkAfter: '1h' }, (point) => {
    // Every other append is heard of as lost: once before it was sent, once after it was committed.
    if (!point.startsWith('append')) return
    if (cut++ % 3 === 1) throw new Error('Connection terminated by the test')
  })
  expect(await baton.execute(Parcel, { id: 'p3', input: 1 })).toBe('sent')
  expect(cut).toBeGreaterThan(4)
  const handle = baton.handle('p3')
  expect((await handle.describe()).attributes).toEqual({ state: 'sent', weight: 7, due: new Date('2026-05-01T00:00:00Z') })
  expect((await handle.history()).filter(({ type }) => type === 'AttributesSet')).toHaveLength(4)
  expect(worker.id).toBeDefined()
})
