// Executions that leave memory together: each goes or stays for itself, whatever happens to the others and to their worker.
import type { LogEntry } from '@baton/runtime'
import { expect, test } from 'vitest'
import type { Faults } from '../../packages/runtime/src/log/fault-points.ts'
import { startWorker } from '../../packages/runtime/src/worker/worker.ts'
import { type Gate, gate } from '../conformance/support/gate.ts'
import { connected } from '../support/connected.ts'
import { Basket, talkingWorkflows } from '../support/talking-workflows.ts'
import { locality, testWorker } from '../support/worker.ts'
import { startWorkerProcess } from '../support/worker-process.ts'
import { Nap } from '../support/workflows.ts'

interface Row {
  readonly id: string
  readonly owner: number | null
  readonly status: string
}

async function prepare(stack: AsyncDisposableStack) {
  const { url, baton, client } = await connected(stack)
  return {
    url, baton, client,
    rows: async (): Promise<readonly Row[]> => (await client.query<Row>(`select id, owner, status from baton.executions where id <> 'first' order by id`)).rows,
  }
}

type Prepared = Awaited<ReturnType<typeof prepare>>

/** A worker that stands before it parks `ids`, all of them in one batch: they have become idle while it parked the first one. */
async function standBefore(stack: AsyncDisposableStack, { url, baton, client }: Prepared, ids: readonly string[], second: Gate) {
  const first = gate()
  const entries: LogEntry[] = []
  const points: string[] = []
  const faults: Faults = (point) => {
    points.push(point)
    if (point !== 'park:before') return undefined
    const nth = points.filter((each) => each === point).length
    return nth === 1 ? first.pass() : nth === 2 ? second.pass() : undefined
  }
  const worker = stack.use(await startWorker({ url, workflows: talkingWorkflows, parkAfter: 20, locality, log: (entry) => entries.push(entry) }, faults))
  stack.defer(() => second.open()) // a test that fails must not hang
  await baton.start(Basket, { id: 'first', input: { want: 1 } })
  await first.arrived
  await Promise.all(ids.map((id) => baton.start(Basket, { id, input: { want: 1 } })))
  await expect.poll(() => worker.load.actors, { interval: 5 }).toBe(ids.length + 1)
  await new Promise((resolve) => setTimeout(resolve, 100)) // idle for longer than parkAfter
  first.open()
  await second.arrived
  await expect.poll(async () => (await client.query(`select from baton.executions where id = 'first' and owner is null`)).rowCount).toBe(1)
  return { worker, entries, points }
}

const ids = ['a', 'b', 'c', 'd', 'e']

test('G4: those that a message comes for between the look and the lock stay, and the others go', async () => {
  await using stack = new AsyncDisposableStack()
  const prepared = await prepare(stack)
  const parking = gate()
  const { worker, points } = await standBefore(stack, prepared, ids, parking)
  const { baton, rows } = prepared
  const handles = ids.map((id) => baton.handle(Basket, id))
  for (const handle of [handles[1], handles[3]]) await handle?.signal('put', 'fig')
  const claims = points.filter((point) => point === 'claim:before').length
  parking.open()
  expect(await handles[1]?.result()).toEqual(['fig'])
  expect(await handles[3]?.result()).toEqual(['fig'])
  await expect.poll(() => worker.load.actors).toBe(0)
  expect((await rows()).filter(({ status }) => status === 'running').map(({ id, owner }) => ({ id, owner }))).toEqual(['a', 'c', 'e'].map((id) => ({ id, owner: null })))
  expect(points.filter((point) => point === 'park:before')).toHaveLength(2)
  expect(points.filter((point) => point === 'claim:before')).toHaveLength(claims) // they have not been away
  for (const handle of handles) if ((await handle.describe()).status === 'running') await handle.signal('put', 'fig')
  for (const handle of handles) expect(await handle.result()).toEqual(['fig'])
})

test('G4: one that is back before its worker knows that it was away stays there', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, baton, client } = await prepare(stack)
  const parking = gate()
  const worker = stack.use(await startWorker({ url, workflows: talkingWorkflows, parkAfter: 20, locality, log: () => {} }, (point) => (point === 'park:after' ? parking.pass() : undefined)))
  stack.defer(() => parking.open())
  const handle = await baton.start(Basket, { id: 'back', input: { want: 2 } })
  await parking.arrived
  await handle.signal('put', 'fig')
  await expect.poll(async () => (await client.query(`select from baton.events where type = 'SignalReceived'`)).rowCount).toBe(1)
  parking.open()
  await handle.signal('put', 'pear')
  expect(await handle.result()).toEqual(['fig', 'pear'])
  expect(worker.load.actors).toBe(0)
})

test('of those that are paused together, one whose pause is taken back goes on', async () => {
  await using stack = new AsyncDisposableStack()
  const prepared = await prepare(stack)
  const parking = gate()
  const { worker } = await standBefore(stack, prepared, ['idle'], parking)
  const { baton, rows } = prepared
  await Promise.all(ids.map((id) => baton.start(Basket, { id, input: { want: 1 } })))
  const handles = ids.map((id) => baton.handle(Basket, id))
  await Promise.all(handles.map((handle) => handle.pause()))
  await handles[2]?.resume()
  parking.open()
  await expect.poll(async () => (await rows()).map(({ status }) => status)).toEqual(['paused', 'paused', 'running', 'paused', 'paused', 'running'])
  await handles[2]?.signal('put', 'fig')
  expect(await handles[2]?.result()).toEqual(['fig'])
  await expect.poll(() => worker.load.actors).toBe(0)
  for (const handle of handles) {
    if (handle.id === 'c') continue
    await handle.resume()
    await handle.signal('put', 'fig')
    expect(await handle.result()).toEqual(['fig'])
  }
})

test('G6: a worker that was taken over before the lock parks none of them', async () => {
  await using stack = new AsyncDisposableStack()
  const prepared = await prepare(stack)
  const parking = gate()
  const { worker } = await standBefore(stack, prepared, ids, parking)
  const { id } = worker
  await prepared.client.query('update baton.workers set fenced = true where id = $1', [id])
  parking.open()
  await expect.poll(() => worker.id).not.toBe(id)
  expect((await prepared.rows()).map(({ owner }) => owner)).toEqual(ids.map(() => id))
})

test('one that the server refuses is given back, and its neighbours go', { timeout: 30_000 }, async () => {
  await using stack = new AsyncDisposableStack()
  const prepared = await prepare(stack)
  const parking = gate()
  const { client, baton, rows } = prepared
  await client.query(`
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not this one'; end $$;
    create trigger refuse before update on baton.executions for each row when (old.id = 'c' and new.waits is not null) execute function refuse()`)
  const { worker, entries, points } = await standBefore(stack, prepared, ids, parking)
  parking.open()
  await expect.poll(async () => (await rows()).filter(({ owner }) => owner === null).map(({ id }) => id)).toEqual(expect.arrayContaining(['a', 'b', 'd', 'e']))
  await expect.poll(() => entries.map(({ message }) => message)).toContain(`Execution 'c' could not be parked and will be given back`)
  expect(points.filter((point) => point === 'park:before').length).toBeGreaterThan(2)
  await client.query('drop trigger refuse on baton.executions')
  await baton.handle(Basket, 'c').signal('put', 'fig')
  expect(await baton.handle('c').result()).toEqual(['fig'])
  await expect.poll(() => worker.load.actors).toBe(0)
})

test.each([['park:before', 0, 0], ['park:after', 2, 10]])('G4, G5: killed at %s with several in hand, all of them wake, in time and with what they are sent', { timeout: 60_000 }, async (point, fewest, most) => {
  await using stack = new AsyncDisposableStack()
  const { url, baton, rows } = await prepare(stack)
  // Before there is a worker: it takes them all at once.
  const naps = await Promise.all(ids.map((id) => baton.start(Nap, { id: `${id}-nap`, input: 4_000 })))
  const baskets = await Promise.all(ids.map((id) => baton.start(Basket, { id: `${id}-basket`, input: { want: 1 } })))
  const victim = stack.use(await startWorkerProcess({ url, dieAt: `${point}@1`, options: { parkAfter: 1_000, locality } }))
  await victim.exited
  const left = (await rows()).filter(({ owner }) => owner === null)
  expect(left.length).toBeGreaterThanOrEqual(fewest)
  expect(left.length).toBeLessThanOrEqual(most)
  for (const basket of baskets) await basket.signal('put', 'fig')
  stack.use(await testWorker(url, { parkAfter: 1_000, workflows: [...talkingWorkflows, Nap] }))
  for (const basket of baskets) {
    expect(await basket.result()).toEqual(['fig'])
    expect((await basket.history()).filter(({ type }) => type === 'SignalReceived')).toHaveLength(1)
  }
  for (const nap of naps) {
    await nap.result()
    const history = await nap.history()
    const fired = history.filter(({ type }) => type === 'TimerFired')
    expect(fired).toHaveLength(1)
    const due = history.find(({ type }) => type === 'TimerStarted')?.data['dueAt']
    expect(Number(fired[0]?.at)).toBeGreaterThanOrEqual(Math.floor(new Date(String(due)).getTime()))
  }
})
