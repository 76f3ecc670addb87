// What one run of an execution has asked for and left is not taken for what the next asks for, on Postgres.
import { setTimeout as pause } from 'node:timers/promises'
import { Baton, stepTransaction } from '@baton/runtime'
import { condition, continueAsNew, externalExecution, forEach, Run, Signal, Step, stepContext, Workflow } from '@baton/sdk'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { testWorker } from '../support/worker.ts'

const keys: string[] = []

@Workflow({ name: 'left-behind' })
class LeftBehind {
  @Step({ queue: 'far' }) async far(from: string): Promise<string> {
    return from
  }

  @Run() async run(round: number): Promise<string> {
    const answer = this.far(`run ${round}`)
    if (round === 3) return answer
    await this.near()
    return continueAsNew<typeof this.run>(round + 1)
  }

  @Step() async near(): Promise<void> {
    await pause(5)
  }
}

@Workflow({ name: 'yearly' })
class Yearly {
  @Step() async charge(): Promise<void> {
    keys.push(stepContext().idempotencyKey)
  }

  @Step({ transactional: true }) async book(year: number): Promise<void> {
    await stepTransaction<{ bookings: { year: number } }>().insertInto('bookings').values({ year }).execute()
  }

  @Step() async post(letter: string): Promise<string> {
    return letter
  }

  @Run() async run({ year, letters }: { year: number; letters: readonly string[] }): Promise<readonly string[]> {
    await this.charge()
    await this.book(year)
    await externalExecution('archive').signal('file', year)
    const posted = await forEach(['a', 'b'], {}, (name) => this.post(`${name}${year}`))
    const all = [...letters, ...posted]
    return year === 3 ? all : continueAsNew<typeof this.run>({ year: year + 1, letters: all })
  }
}

@Workflow({ name: 'archive' })
class Archive {
  readonly #years: number[] = []

  @Signal() file(year: number): void {
    this.#years.push(year)
  }

  @Run() async run(): Promise<readonly number[]> {
    await condition(() => this.#years.length === 3)
    return this.#years
  }
}

let stack: AsyncDisposableStack
let baton: Baton
let url: string

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  url = stack.use(await createDatabase()).url
  stack.use(await testWorker(url, { workflows: [LeftBehind, Yearly, Archive], queues: ['default'] }))
  baton = stack.use(await Baton.connect(url))
})
afterAll(() => stack.disposeAsync())

test('each run charges under keys of its own, books in transactions of its own, and its signals arrive', async () => {
  const client = new pg.Client(url)
  await client.connect()
  await using _client = { [Symbol.asyncDispose]: () => client.end() }
  await client.query('create table bookings (year int)')
  const archive = await baton.start(Archive, { id: 'archive', input: undefined })
  expect(await baton.execute(Yearly, { id: 'y', input: { year: 1, letters: [] } })).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3'])
  expect(await archive.result()).toEqual([1, 2, 3])
  expect(keys).toEqual(['y/charge', 'y/2/charge', 'y/3/charge'])
  const { rows } = await client.query<{ year: number }>('select year from bookings order by year')
  expect(rows.map(({ year }) => year)).toEqual([1, 2, 3])
})

test('steps that earlier runs have left on a queue do not answer for that of the last', async () => {
  const handle = await baton.start(LeftBehind, { id: 'l', input: 1 })
  await expect.poll(async () => (await handle.waitsFor()).map(({ command }) => command), { timeout: 10_000 }).toEqual(['3/far'])
  await using _far = await testWorker(url, { workflows: [LeftBehind, Yearly, Archive], queues: ['far'] })
  expect(await handle.result()).toBe('run 3')
})
