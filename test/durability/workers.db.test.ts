// C2, C3, C12: several workers, and what they do when one stops, dies or is stopped from outside.
import { setTimeout as wait } from 'node:timers/promises'
import { Baton } from '@baton/runtime'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { marksFile } from '../support/marks.ts'
import { locality, testWorker } from '../support/worker.ts'
import { startWorkerProcess } from '../support/worker-process.ts'
import { Chain, Fan, Nap, Stray } from '../support/workflows.ts'

test('one execution of 1,000 parallel steps uses both workers and joins', async () => {
  await using database = await createDatabase()
  using marks = marksFile()
  await using baton = await Baton.connect(database.url)
  await using _other = await startWorkerProcess({ url: database.url, name: 'other', options: { locality } })
  await using _worker = await testWorker(database.url)
  expect(await baton.execute(Fan, { input: { n: 1_000, ms: 20 } })).toBe(999_000)
  const runs = marks.read()
  expect(new Set(runs.map(({ key }) => key)).size).toBe(1_000)
  expect(runs).toHaveLength(1_000)
  expect(new Set(runs.map(({ pid }) => pid)).size).toBe(2)
})

test('a worker that is killed is taken over within a second, by a worker that was idle', async () => {
  await using database = await createDatabase()
  using marks = marksFile()
  await using baton = await Baton.connect(database.url)
  await using victim = await startWorkerProcess({ url: database.url, options: { locality } })
  const handles = await Promise.all(Array.from({ length: 20 }, () => baton.start(Chain, { input: { n: 200, ms: 5 } })))
  await expect.poll(() => marks.read().length, { interval: 5 }).toBeGreaterThan(100)
  await using worker = await testWorker(database.url)
  victim.kill('SIGKILL')
  await victim.exited
  const killed = performance.now()
  const mine = (): number => marks.read().filter(({ pid }) => pid === process.pid).length
  await expect.poll(mine, { interval: 5, timeout: 5_000 }).toBeGreaterThan(0)
  expect(performance.now() - killed).toBeLessThan(2_000)
  for (const handle of handles) expect(await handle.result()).toBe((200 * 199) / 2)
  expect(worker.entries.some(({ message }) => message.startsWith('Took over from worker'))).toBe(true)
})

test('a worker that stops hands its executions over at once, and loses no step that was running', async () => {
  await using database = await createDatabase()
  using marks = marksFile()
  await using baton = await Baton.connect(database.url)
  const leaving = await testWorker(database.url, { name: 'leaving' })
  const handles = await Promise.all(Array.from({ length: 10 }, () => baton.start(Chain, { input: { n: 300, ms: 10 } })))
  await expect.poll(() => marks.read().length, { interval: 5 }).toBeGreaterThan(30)
  await using other = await startWorkerProcess({ url: database.url, name: 'staying', options: { locality } })
  await leaving.stop()
  for (const handle of handles) expect(await handle.result()).toBe((300 * 299) / 2)
  const runs = marks.read()
  expect(runs).toHaveLength(3_000) // what was running ended where it ran, and was recorded
  expect(runs.some(({ pid }) => pid === other.pid)).toBe(true)
})

test('G6: a worker stopped for 15 s is taken over; when it goes on it appends nothing, says so and rejoins', { timeout: 90_000 }, async () => {
  await using database = await createDatabase()
  using marks = marksFile()
  await using baton = await Baton.connect(database.url)
  await using victim = await startWorkerProcess({ url: database.url, options: { locality } })
  const handles = await Promise.all(Array.from({ length: 5 }, (_, i) => baton.start(Chain, { id: `stopped-${i}`, input: { n: 100, ms: 20 } })))
  await expect.poll(() => marks.read().length, { interval: 5 }).toBeGreaterThan(20)
  victim.kill('SIGSTOP')
  await using _worker = await testWorker(database.url)
  await wait(15_000) // the outage itself, as the must-hold names it
  for (const handle of handles) expect(await handle.result()).toBe((100 * 99) / 2)
  const histories = await Promise.all(handles.map((handle) => handle.history()))
  victim.kill('SIGCONT')
  const said = (text: string): boolean => victim.messages.some(({ message }) => message?.includes(text) ?? false)
  await expect.poll(() => said('appends nothing'), { timeout: 20_000 }).toBe(true)
  await expect.poll(() => said('Rejoined as worker'), { timeout: 20_000 }).toBe(true)
  expect(await Promise.all(handles.map((handle) => handle.history()))).toEqual(histories)
  // It is a worker again: with the other gone it takes work.
  await _worker.stop()
  expect(await baton.execute(Chain, { input: { n: 3, ms: 0 } })).toBe(3)
})

test('an execution with nothing to do leaves memory and wakes when it is time', async () => {
  await using database = await createDatabase()
  await using baton = await Baton.connect(database.url)
  await using worker = await testWorker(database.url, { parkAfter: 100 })
  const handle = await baton.start(Nap, { input: 2_000 })
  await expect.poll(() => handle.describe(), { interval: 10 }).toMatchObject({ worker: undefined, wakesAt: expect.any(Date) as unknown })
  expect(worker.load.actors).toBe(0)
  await handle.result()
  const history = await handle.history()
  const fired = history.find(({ type }) => type === 'TimerFired')?.at
  expect(Number(fired)).toBeGreaterThanOrEqual(Number(history.find(({ type }) => type === 'TimerStarted')?.data['dueAt']))
})

test('connections are named, and no more of them than documented', async () => {
  await using database = await createDatabase()
  await using baton = await Baton.connect(database.url, { name: 'shop' })
  await using _worker = await testWorker(database.url, { name: 'w1' })
  await Promise.all(Array.from({ length: 200 }, () => baton.execute(Fan, { input: { n: 20, ms: 1 } })))
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query<{ name: string; n: number }>(
    `select application_name as name, count(*)::int as n from pg_stat_activity where datname = current_database() and application_name like 'baton%' group by 1`,
  )
  await client.end()
  const connections = new Map(rows.map(({ name, n }) => [name, n]))
  expect([...connections.keys()].sort()).toEqual([
    'baton client shop', 'baton client shop listen', 'baton client shop queues', 'baton worker w1 listen', 'baton worker w1 log', 'baton worker w1 pool', 'baton worker w1 queues',
  ])
  expect((connections.get('baton worker w1 pool') ?? 0) + 2).toBeLessThanOrEqual(6)
  expect(connections.get('baton client shop')).toBeLessThanOrEqual(4)
})

test('a promise that nobody awaits ends neither the execution nor the process, and is reported with its place', async () => {
  await using database = await createDatabase()
  await using baton = await Baton.connect(database.url)
  await using process = await startWorkerProcess({ url: database.url, options: { locality } })
  expect(await baton.execute(Stray, { id: 'stray-1', input: undefined })).toBe('unharmed')
  for (const where of ["step 'fails'", 'run()']) {
    await expect.poll(() => process.messages.map(({ message }) => message)).toContain(`A promise that nobody awaits has failed in ${where} of execution 'stray-1'`)
  }
  expect(await baton.execute(Chain, { input: { n: 2, ms: 0 } })).toBe(1)
})
