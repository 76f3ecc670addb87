// C5: code that does not fit a history blocks the execution, never corrupts it; fitting code lets it go on.
import { Baton, Worker } from '@baton/runtime'
import { Run, sleep, Step, Workflow } from '@baton/sdk'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'

@Workflow({ name: 'edited' })
class Before {
  @Step() async first(): Promise<string> {
    return 'first'
  }

  @Step() async second(): Promise<string> {
    return 'second'
  }

  @Run() async run(): Promise<string> {
    const first = await this.first()
    await sleep(600)
    return `${first} ${await this.second()}`
  }
}

@Workflow({ name: 'edited' })
class Reordered {
  @Step() async first(): Promise<string> {
    return 'first'
  }

  @Step() async second(): Promise<string> {
    return 'second'
  }

  @Run() async run(): Promise<string> {
    const second = await this.second()
    await sleep(600)
    return `${await this.first()} ${second}`
  }
}

@Workflow({ name: 'foreign' })
class Foreign {
  @Step() async first(): Promise<string> {
    return 'first'
  }

  @Run() async run(): Promise<string> {
    await this.first()
    await new Promise(() => {})
    return 'late'
  }
}

test('an execution is blocked by code that asks for other steps, and goes on with the code that wrote its history', async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  const quiet = { url, log: () => {} }
  const handle = await (async () => {
    await using _worker = await Worker.start({ ...quiet, workflows: [Before] })
    const started = await baton.start(Before, { id: 'edited-1', input: undefined })
    await expect.poll(async () => (await started.history()).length, { interval: 5 }).toBe(3)
    return started
  })()
  const written = await handle.history()
  {
    await using _worker = await Worker.start({ ...quiet, workflows: [Reordered] })
    await expect.poll(() => handle.describe(), { interval: 10 }).toMatchObject({
      status: 'blocked',
      blocked: { code: 'HistoryMismatch', reason: expect.stringContaining("StepCompleted of 'first'") as unknown },
    })
    expect((await handle.describe()).blocked?.reason).toContain('waits for second')
    expect(await handle.history()).toEqual(written)
  }
  await using _worker = await Worker.start({ ...quiet, workflows: [Before] })
  expect(await handle.result()).toBe('first second')
})

test('a history that cannot be read blocks its own execution, and none that is claimed with it', async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  const handles = await Promise.all(['a', 'b', 'c'].map((id) => baton.start(Before, { id, input: undefined })))
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query("alter type baton.event_type add value 'SignalOfTheFuture'") // as the newer version's migration does
  await client.query(`insert into baton.events (execution_id, seq, type) values ('b', 2, 'SignalOfTheFuture')`)
  await client.query(`update baton.executions set status = 'running' where id = 'b'`)
  await client.end()
  await using _worker = await Worker.start({ url, log: () => {}, workflows: [Before] })
  expect(await handles[0]?.result()).toBe('first second')
  expect(await handles[2]?.result()).toBe('first second')
  expect(await handles[1]?.describe()).toMatchObject({ status: 'blocked', blocked: { code: 'UnknownEvent' } })
})

test('an execution that awaits what is not Baton\'s is blocked with the reason, what it did until then recorded', async () => {
  await using database = await createDatabase()
  await using baton = await Baton.connect(database.url)
  await using _worker = await Worker.start({ url: database.url, log: () => {}, workflows: [Foreign] })
  const handle = await baton.start(Foreign, { id: 'foreign', input: undefined })
  await expect.poll(() => handle.describe(), { interval: 5 }).toMatchObject({ status: 'blocked', blocked: { code: 'ForeignWait' } })
  expect((await handle.history()).map(({ type }) => type)).toEqual(['ExecutionStarted', 'StepCompleted'])
})

test('a factory that fails now and then delays an execution, and does not fail it', async () => {
  await using database = await createDatabase()
  await using baton = await Baton.connect(database.url)
  let made = 0
  const create = (): Before => {
    if (++made === 3) throw new Error('the pool is not up yet') // two are made when the worker starts
    return new Before()
  }
  await using _worker = await Worker.start({ url: database.url, log: () => {}, workflows: [{ workflow: Before, create }] })
  expect(await baton.execute(Before, { id: 'delayed', input: undefined })).toBe('first second')
  expect(made).toBe(4)
})

test('a worker that cannot start leaves nothing behind', async () => {
  await using database = await createDatabase()
  const { url } = database
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('alter table baton.executions rename to elsewhere')
  await expect(Worker.start({ url, name: 'unlucky', log: () => {}, workflows: [Before] })).rejects.toThrow('executions')
  await expect.poll(async () => (await client.query(`select application_name from pg_stat_activity where application_name like '%unlucky%'`)).rows).toEqual([])
  await client.end()
})
