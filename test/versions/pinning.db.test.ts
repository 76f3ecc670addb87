// C5: an execution keeps to the code it started on while a live worker serves that.
import { Baton, type LogEntry, Worker } from '@baton/runtime'
import { Run, sleep, Step, Workflow } from '@baton/sdk'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { locality } from '../support/worker.ts'

/** Classes of one name whose code differs: `a` and `b` ask for the same step, `c` for another. */
@Workflow({ name: 'pinned' })
class A {
  @Step() async who(): Promise<string> {
    return 'a'
  }

  @Run() async run(ms: number): Promise<string> {
    const before = await this.who()
    await sleep(ms)
    return `${before} ${await this.who()}`
  }
}

@Workflow({ name: 'pinned' })
class B {
  @Step() async who(): Promise<string> {
    return 'b'
  }

  @Run() async run(ms: number): Promise<string> {
    const before = await this.who()
    await sleep(ms)
    return `${before} ${await this.who()}`
  }
}

@Workflow({ name: 'pinned' })
class C {
  @Step() async whom(): Promise<string> {
    return 'c'
  }

  @Run() async run(ms: number): Promise<string> {
    const before = await this.whom()
    await sleep(ms)
    return `${before} ${await this.whom()}`
  }
}

@Workflow({ name: 'pinned', version: '2' })
class SecondVersion {
  @Step() async who(): Promise<string> {
    return 'v2'
  }

  @Run() async run(ms: number): Promise<string> {
    const before = await this.who()
    await sleep(ms)
    return `${before} ${await this.who()}`
  }
}

const quiet = { parkAfter: 20, log: () => {}, locality }

test('executions that wake while both codes live go on with the code they began on, and new ones begin on any', { timeout: 60_000 }, async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  await using _a = await Worker.start({ url, workflows: [A], ...quiet })
  const ids = Array.from({ length: 20 }, (_, i) => `p${i}`)
  const handles = await Promise.all(ids.map((id) => baton.start(A, { id, input: 1_500 })))
  await expect.poll(async () => (await baton.list({ workflow: 'pinned' })).executions.every(({ worker }) => worker === undefined), { interval: 20, timeout: 20_000 }).toBe(true)
  const entries: LogEntry[] = []
  await using _b = await Worker.start({ url, workflows: [B], ...quiet, log: (entry) => entries.push(entry) })
  for (const handle of handles) expect(await handle.result()).toBe('a a')
  expect(entries).toEqual([])
})

test('when the code is gone another takes over, and from then on it is pinned to that', { timeout: 60_000 }, async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  const handle = await baton.start(A, { id: 'p', input: 1_500 })
  {
    await using _a = await Worker.start({ url, workflows: [A], ...quiet })
    await expect.poll(async () => (await handle.history()).length, { interval: 5, timeout: 20_000 }).toBe(3)
    expect(await codeOf(url)).toEqual({ version: '1', served: true })
  }
  {
    await using _b = await Worker.start({ url, workflows: [SecondVersion], ...quiet })
    await expect.poll(async () => (await handle.describe()).version, { interval: 5, timeout: 20_000 }).toBe('2')
    expect(await codeOf(url)).toEqual({ version: '2', served: true })
    await using _a = await Worker.start({ url, workflows: [A], ...quiet })
    expect(await handle.result()).toBe('a v2')
  }
})

test('of other codes that live, those of its version come first', { timeout: 60_000 }, async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  const handle = await baton.start(A, { id: 'p', input: 1_000 })
  {
    await using _a = await Worker.start({ url, workflows: [A], ...quiet })
    await expect.poll(async () => (await handle.describe()).worker, { interval: 5, timeout: 20_000 }).toBeUndefined()
    await expect.poll(async () => (await handle.history()).length, { interval: 5, timeout: 20_000 }).toBe(3)
  }
  await using _b = await Worker.start({ url, workflows: [B], ...quiet })
  await using _2 = await Worker.start({ url, workflows: [SecondVersion], ...quiet })
  expect(await handle.result()).toBe('a b')
})

test('it is blocked only if no worker fits, and code that fits gets it though what has failed lives beside', { timeout: 60_000 }, async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  const handle = await baton.start(A, { id: 'p', input: 2_500 })
  {
    await using _a = await Worker.start({ url, workflows: [A], ...quiet })
    await expect.poll(async () => (await handle.history()).length, { interval: 5, timeout: 20_000 }).toBe(3)
  }
  await using _c = await Worker.start({ url, workflows: [C], ...quiet })
  await expect.poll(() => handle.describe(), { interval: 10, timeout: 20_000 }).toMatchObject({ status: 'blocked', version: '1', blocked: { code: 'HistoryMismatch' } })
  const entries: LogEntry[] = []
  await using _b = await Worker.start({ url, workflows: [B], ...quiet, log: (entry) => entries.push(entry) })
  expect(await handle.result()).toBe('a b')
  expect(entries.map(({ message }) => message)).toEqual(["1 blocked executions of 'pinned' are tried with the code of this worker"])
})

test('what is blocked can be tried again by hand, and is blocked again by what does not fit', { timeout: 60_000 }, async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  const handle = await baton.start(A, { id: 'p', input: 60_000 })
  {
    await using _a = await Worker.start({ url, workflows: [A], ...quiet })
    await expect.poll(async () => (await handle.history()).length, { interval: 5, timeout: 20_000 }).toBe(3)
  }
  expect(await handle.resume()).toBe(false)
  const entries: LogEntry[] = []
  await using _c = await Worker.start({ url, workflows: [C], ...quiet, log: (entry) => entries.push(entry) })
  await expect.poll(() => handle.describe(), { interval: 10, timeout: 20_000 }).toMatchObject({ status: 'blocked' })
  expect(await baton.resume('p')).toBe(true)
  await expect.poll(() => entries.filter(({ message }) => message.includes('is blocked')).length, { interval: 10, timeout: 20_000 }).toBe(2)
  await expect.poll(() => handle.describe(), { interval: 10, timeout: 20_000 }).toMatchObject({ status: 'blocked' })
  await expect(baton.resume('nobody')).rejects.toThrow(expect.objectContaining({ code: 'ExecutionNotFound' }) as Error)
})

/** What the only execution runs on, and whether a live worker serves it. */
async function codeOf(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<object>(`select version, exists (select from baton.workers where not fenced
    and workflow || '@' || version || '#' || code = any(serves)) as served from baton.executions`)
  await client.end()
  return rows[0]
}
