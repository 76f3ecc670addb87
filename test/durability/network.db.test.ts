// G2, G6, G10: an answer of the database that is lost on its way is not guessed at.
import { Baton } from '@baton/runtime'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { marksFile } from '../support/marks.ts'
import { type ProxiedConnection, proxyPostgres, type Verdict } from '../support/postgres-proxy.ts'
import { Basket, talkingWorkflows } from '../support/talking-workflows.ts'
import { testWorker } from '../support/worker.ts'
import { Chain, Nap } from '../support/workflows.ts'

/** Loses the answer to the commit of the first transaction of the pool that says `what`. */
function loseCommitOf(what: string): (connection: ProxiedConnection, text: string) => Verdict {
  let marked: ProxiedConnection | undefined
  let over = false
  return (connection, text) => {
    if (over) return 'pass'
    if (marked === undefined && connection.application.endsWith('pool') && text.includes(what)) marked = connection
    if (marked !== connection || !text.toLowerCase().includes('commit\0')) return 'pass'
    over = true
    return 'lose answer'
  }
}

test.each([
  ['an execution', 'for update of x', true],
  ['a step', '"tasks" set "worker"', false],
])('%s whose claim committed without an answer is not lost', async (_, what, local) => {
  await using database = await createDatabase()
  await using proxy = await proxyPostgres(database.url, loseCommitOf(what))
  await using baton = await Baton.connect(database.url)
  const handle = await baton.start(Chain, { input: { n: 2, ms: 0 } }) // before there is a worker that it could be given to
  await using worker = await testWorker(proxy.url, { locality: local })
  expect(await handle.result()).toBe(1)
  expect(worker.entries.some(({ message }) => message.includes('lost on the way'))).toBe(true)
})

test('executions whose parking committed without an answer are away, and wake when something comes', async () => {
  await using database = await createDatabase()
  await using proxy = await proxyPostgres(database.url, loseCommitOf('set owner = null, wake_at'))
  await using baton = await Baton.connect(database.url)
  const handles = await Promise.all(Array.from({ length: 5 }, (_, i) => baton.start(Basket, { id: `basket-${i}`, input: { want: 1 } })))
  await using worker = await testWorker(proxy.url, { workflows: talkingWorkflows, parkAfter: 500 })
  await expect.poll(() => worker.entries.some(({ message }) => /executions could not be parked/.test(message)), { timeout: 10_000 }).toBe(true)
  await expect.poll(() => worker.load.actors, { timeout: 10_000 }).toBe(0)
  for (const handle of handles) await handle.signal('put', 'fig')
  for (const handle of handles) {
    expect(await handle.result()).toEqual(['fig'])
    expect((await handle.history()).filter(({ type }) => type === 'SignalReceived')).toHaveLength(1)
  }
})

test('G2: a flush that committed without an answer is not written again, and its steps do not run again', async () => {
  await using database = await createDatabase()
  using marks = marksFile()
  let lost = 0
  await using proxy = await proxyPostgres(database.url, ({ application }, text) => {
    if (!application.endsWith('log') || !text.includes('StepCompleted') || lost >= 3) return 'pass'
    lost++
    return 'lose answer'
  })
  await using _worker = await testWorker(proxy.url, { locality: true })
  await using baton = await Baton.connect(database.url)
  const handle = await baton.start(Chain, { id: 'settled', input: { n: 10, ms: 0 } })
  expect(await handle.result()).toBe(45)
  expect(lost).toBe(3)
  expect(marks.read()).toHaveLength(10)
  const history = await handle.history()
  expect(history.map(({ seq }) => seq)).toEqual(history.map((_, i) => i + 1))
})

test('a connection to the log that falls silent is given up, and the work goes on', { timeout: 60_000 }, async () => {
  await using database = await createDatabase()
  await using proxy = await proxyPostgres(database.url)
  await using _worker = await testWorker(proxy.url, { locality: true })
  await using baton = await Baton.connect(database.url)
  const handle = await baton.start(Nap, { input: 300 })
  await expect.poll(async () => (await handle.history()).length, { interval: 5 }).toBe(2)
  for (const connection of proxy.connections) if (connection.application.endsWith('log')) connection.silence()
  await handle.result()
  expect((await handle.history()).map(({ type }) => type)).toEqual([
    'ExecutionStarted', 'TimerStarted', 'TimerFired', 'StepCompleted', 'ExecutionCompleted',
  ])
})

test('a worker that is fenced while its log connection is silent rejoins without waiting for it', async () => {
  await using database = await createDatabase()
  await using proxy = await proxyPostgres(database.url)
  await using worker = await testWorker(proxy.url, { locality: true })
  await using baton = await Baton.connect(database.url)
  const first = worker.id
  await baton.execute(Chain, { input: { n: 1, ms: 0 } })
  for (const connection of proxy.connections) if (connection.application.endsWith('log')) connection.silence()
  const stuck = await baton.start(Chain, { id: 'stuck', input: { n: 1, ms: 0 } }) // its flush gets no answer
  await expect.poll(() => stuck.describe(), { interval: 5 }).toMatchObject({ status: 'running' })
  await using other = await testWorker(database.url, { name: 'other' })
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query('update baton.workers set fenced = true where id = $1', [first])
  await client.query('update baton.executions set owner = null, wake_at = now() where owner = $1', [first])
  await client.end()
  await expect.poll(() => worker.id, { interval: 5, timeout: 5_000 }).not.toBe(first)
  expect(other.id).not.toBe(worker.id)
  await stuck.result()
})
