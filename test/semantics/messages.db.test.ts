// Signals, updates, queries, children, cancellation and iterations against a real Postgres, in place and with every step remote.
import { Baton, ExecutionFailed } from '@baton/runtime'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { marksFile } from '../support/marks.ts'
import { talkingWorkflows, Basket, Caller, Clock, Holder, Limited, Parent, Relay, Renewed, Review, Squares, Teller, Trip } from '../support/talking-workflows.ts'
import { testWorker } from '../support/worker.ts'

let stack: AsyncDisposableStack
let baton: Baton
let marks: ReturnType<typeof marksFile>

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  marks = stack.use(marksFile())
  const database = stack.use(await createDatabase())
  stack.use(await testWorker(database.url, { workflows: talkingWorkflows, parkAfter: 200 }))
  baton = stack.use(await Baton.connect(database.url))
})
afterAll(() => stack.disposeAsync())

const notesOf = (id: string): readonly string[] => marks.read().filter(({ key }) => key.startsWith(`${id}/`)).map(({ key }) => key.slice(key.indexOf(' ') + 1))
const marked = async (id: string, note: string): Promise<void> => {
  await expect.poll(() => notesOf(id), { timeout: 10_000 }).toContain(note)
}

let ids = 0
let id = ''
beforeEach(() => {
  id = `e${++ids}`
})

test('signals arrive in order, before and after the execution runs, once each', async () => {
  const handle = await baton.start(Basket, { id, input: { want: 4 } })
  await handle.signal('put', 'a')
  await handle.with({ id: 'twice' }).signal('put', 'b')
  await handle.with({ id: 'twice' }).signal('put', 'b')
  await handle.signal('put', 'c')
  await handle.signal('put', 'd')
  expect(await handle.result()).toEqual(['a', 'b', 'c', 'd'])
})

test('an update answers, a validator rejects without a trace, a failing handler fails the update alone', async () => {
  const handle = await baton.start(Basket, { id, input: { want: 2 } })
  expect(await handle.update('add', 'pear')).toBe(1)
  await expect(handle.update('add', 'stone')).rejects.toMatchObject({ code: 'UpdateRejected', cause: { type: 'NoStones' } })
  await expect(handle.update('add', 'glass')).rejects.toMatchObject({ code: 'UpdateFailed' })
  expect(await handle.with({ id: 'u1' }).update('add', 'fig')).toBe(2)
  expect(await handle.result()).toEqual(['PEAR', 'FIG'])
  const types = (await handle.history()).map(({ type }) => type)
  expect(types.filter((type) => type === 'UpdateAccepted')).toHaveLength(3)
  await expect(handle.update('add', 'late')).rejects.toMatchObject({ code: 'ExecutionEnded' })
})

test('what was sent under an id is not sent twice, also where the execution has ended meanwhile: the answer is the recorded one', async () => {
  const handle = await baton.start(Basket, { id, input: { want: 2 } })
  await handle.with({ id: 's1' }).signal('put', 'a')
  expect(await handle.with({ id: 'u1' }).update('add', 'fig')).toBe(2)
  await handle.result()
  await handle.with({ id: 's1' }).signal('put', 'a')
  expect(await handle.with({ id: 'u1' }).update('add', 'fig')).toBe(2)
  const again = { id, input: { want: 2 } }
  await baton.signalWithStart(Basket, { ...again, signal: { name: 'put', args: ['a'], id: 's1' } })
  expect(await baton.updateWithStart(Basket, { ...again, update: { name: 'add', args: ['fig'], id: 'u1' } })).toBe(2)
  await expect(handle.with({ id: 's2' }).signal('put', 'b')).rejects.toMatchObject({ code: 'ExecutionEnded' })
  await expect(handle.with({ id: 'u2' }).update('add', 'b')).rejects.toMatchObject({ code: 'ExecutionEnded' })
  await expect(baton.signalWithStart(Basket, { ...again, signal: { name: 'put', args: ['b'], id: 's2' } })).rejects.toMatchObject({ code: 'ExecutionEnded' })
  expect(await handle.result()).toEqual(['a', 'FIG'])
})

test('a query answers from what is committed: running, parked and ended', async () => {
  const handle = await baton.start(Basket, { id, input: { want: 2 } })
  await handle.signal('put', 'a')
  await expect.poll(() => handle.query('content')).toEqual(['a'])
  expect((await handle.describe()).waitsFor).toMatchObject([{ kind: 'condition' }])
  await expect.poll(async () => (await handle.describe()).worker, { timeout: 10_000 }).toBeUndefined()
  expect((await handle.describe()).waitsFor).toMatchObject([{ kind: 'condition' }])
  expect(await handle.query('content')).toEqual(['a'])
  expect(await handle.waitsFor()).toMatchObject([{ kind: 'condition' }])
  await handle.signal('put', 'b')
  expect(await handle.result()).toEqual(['a', 'b'])
  expect(await handle.query('content')).toEqual(['a', 'b'])
})

test('bad messages are refused before anything is written', async () => {
  const handle = await baton.start(Basket, { id, input: { want: 1 } })
  const byId = baton.handle(id)
  await expect(handle.signal('put', 5 as unknown as string)).rejects.toMatchObject({ code: 'InvalidPayload' })
  await expect(byId.signal('put', 5)).rejects.toMatchObject({ code: 'InvalidPayload' })
  await expect(byId.signal('pot', 'x')).rejects.toMatchObject({ code: 'UnknownHandler', message: expect.stringContaining("did you mean 'put'") as string })
  await expect(baton.handle('nobody').signal('put', 'x')).rejects.toMatchObject({ code: 'ExecutionNotFound' })
  await byId.signal('put', 'x')
  expect(await handle.result()).toEqual(['x'])
  await expect(byId.signal('put', 'y')).rejects.toMatchObject({ code: 'ExecutionEnded' })
})

test('signalWithStart and updateWithStart start once and send each time', async () => {
  const input = { want: 3 }
  const first = await baton.signalWithStart(Basket, { id, input, signal: { name: 'put', args: ['a'] } })
  await baton.signalWithStart(Basket, { id, input: { want: 9 }, signal: { name: 'put', args: ['b'] } })
  expect(await baton.updateWithStart(Basket, { id, input, update: { name: 'add', args: ['c'] } })).toBe(3)
  expect(await first.result()).toEqual(['a', 'b', 'C'])
})

test('a condition times out, and the clock, the random numbers and the ids are the log’s', async () => {
  expect(await baton.execute(Basket, { id, input: { want: 1, within: 50 } })).toEqual(['late'])
  const handle = await baton.start(Clock, { id: `${id}-clock`, input: undefined })
  const result = await handle.result()
  expect(result.after - result.before).toBeGreaterThanOrEqual(30)
  expect(result.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('stop cancels the step that runs within a second, runs the cleanup, and ends as stopped', async () => {
  const handle = await baton.start(Holder, { id, input: 60_000 })
  await marked(id, 'work')
  const before = performance.now()
  await handle.stop('enough')
  await expect(handle.result()).rejects.toMatchObject({ code: 'ExecutionStopped', cause: { code: 'Cancelled', reason: 'enough' } })
  expect(performance.now() - before).toBeLessThan(3_000)
  await marked(id, 'aborted')
  expect(notesOf(id)).toContain('release')
  expect(await handle.query('isClean')).toBe(true)
  expect(await handle.describe()).toMatchObject({ status: 'stopped', waitsFor: [] })
})

test('kill ends at once, with and without an owner', async () => {
  const running = await baton.start(Holder, { id, input: 60_000 })
  await marked(id, 'work')
  await running.kill('now')
  await expect(running.result()).rejects.toMatchObject({ code: 'ExecutionKilled' })
  await marked(id, 'aborted')
  expect(notesOf(id)).not.toContain('release')
  const parked = await baton.start(Basket, { id: `${id}-parked`, input: { want: 1 } })
  await expect.poll(async () => (await parked.describe()).startedAt, { timeout: 10_000 }).toBeDefined()
  await expect.poll(async () => (await parked.describe()).worker, { timeout: 10_000 }).toBeUndefined()
  await parked.kill()
  await expect(parked.result()).rejects.toMatchObject({ code: 'ExecutionKilled' })
  await expect(parked.kill()).rejects.toMatchObject({ code: 'ExecutionEnded' })
})

test('a timeout of the execution stops it', async () => {
  const handle = await baton.start(Limited, { id, input: undefined })
  await expect(handle.result()).rejects.toMatchObject({ code: 'ExecutionTimedOut' })
  expect(notesOf(id)).toEqual(['tidy'])
  expect(await handle.describe()).toMatchObject({ status: 'timed_out' })
})

test('a parent waits for its child, and hears of its failure', async () => {
  expect(await baton.execute(Parent, { id, input: { ms: 5, policy: 'stop', wait: true } })).toBe('worked')
  expect(await baton.execute(Caller, { id: `${id}-caller`, input: 100 })).toEqual(Array.from({ length: 100 }, (_, i) => i * 10))
})

test('a parent that is stopped stops its child, and waits for it', async () => {
  const handle = await baton.start(Parent, { id, input: { ms: 60_000, policy: 'stop', wait: true } })
  const child = `${id}/child:holder`
  await marked(child, 'work')
  await handle.stop()
  await expect(handle.result()).rejects.toMatchObject({ code: 'ExecutionStopped' })
  expect(await baton.handle(child).describe()).toMatchObject({ status: 'stopped' })
})

test.each([['stop', 'ExecutionStopped'], ['kill', 'ExecutionKilled']] as const)('a parent that ends leaves its child as its policy says: %s', async (policy, code) => {
  const child = await baton.execute(Parent, { id, input: { ms: 60_000, policy, wait: false } })
  await expect(baton.handle(child).result()).rejects.toMatchObject({ code })
})

test('a child that is abandoned goes on', async () => {
  const child = await baton.execute(Parent, { id, input: { ms: 500, policy: 'abandon', wait: false } })
  expect(await baton.handle(child).result()).toBe('worked')
})

test('forEach keeps order and bounds, and reports failures', async () => {
  const numbers = Array.from({ length: 60 }, (_, i) => i)
  expect(await baton.execute(Squares, { id, input: { numbers } })).toEqual(numbers.map((n) => n * n + 1))
  expect(await baton.execute(Squares, { id: `${id}-lenient`, input: { numbers: [1, -1, 2], lenient: true } })).toEqual([2, undefined, 5])
  const failed = await baton.execute(Squares, { id: `${id}-strict`, input: { numbers: [1, -1, 2] } }).catch((error: unknown) => error)
  expect(failed).toBeInstanceOf(ExecutionFailed)
  expect((failed as Error).cause).toMatchObject({ code: 'ForEachFailed' })
})

test('continueAsNew begins a new run of the same execution, and loses no signal', async () => {
  const handle = await baton.start(Relay, { id, input: { rounds: 6, words: [] } })
  for (const word of ['a', 'b', 'c', 'd', 'e', 'f']) await handle.signal('tell', word)
  const { words, runs } = await handle.result()
  expect(words).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  expect(runs).toBe((await handle.history()).filter(({ type }) => type === 'ContinuedAsNew').length + 1)
})

test('what was done is undone in reverse when the execution fails or is stopped', async () => {
  await expect(baton.execute(Trip, { id, input: 'fails' })).rejects.toMatchObject({ code: 'ExecutionFailed', cause: { code: 'StepFailed', step: 'flight' } })
  expect(notesOf(id)).toEqual(['hotel', 'car', 'flight', 'cancelCar a car', 'cancelHotel room in Ritz Ritz'])
  const stopped = await baton.start(Trip, { id: `${id}-stopped`, input: 'waits' })
  await marked(`${id}-stopped`, 'car')
  await stopped.stop()
  await expect(stopped.result()).rejects.toMatchObject({ code: 'ExecutionStopped' })
  expect(notesOf(`${id}-stopped`)).toEqual(['hotel', 'car', 'cancelCar a car', 'cancelHotel room in Ritz Ritz'])
})

test('a token is completed from outside, once', async () => {
  const handle = await baton.start(Review, { id, input: 60_000 })
  await expect.poll(() => notesOf(id), { timeout: 10_000 }).toHaveLength(1)
  const [token = ''] = notesOf(id)
  await expect(baton.complete(`${token}x`, { ok: true })).rejects.toMatchObject({ code: 'InvalidToken' })
  await expect(baton.complete('nonsense', { ok: true })).rejects.toMatchObject({ code: 'InvalidToken' })
  await baton.complete(token, { ok: true })
  expect(await handle.result()).toEqual({ ok: true })
  await expect(baton.complete(token, { ok: false })).rejects.toMatchObject({ code: 'InvalidToken' })
  expect(await baton.execute(Review, { id: `${id}-late`, input: 40 })).toBe('nobody cared')
})

test('of two who complete a token at the same time one is told that it came too late', async () => {
  const handle = await baton.start(Review, { id, input: 60_000 })
  await expect.poll(() => notesOf(id), { timeout: 10_000 }).toHaveLength(1)
  const [token = ''] = notesOf(id)
  const both = await Promise.allSettled([baton.complete(token, { ok: true }), baton.complete(token, { ok: false })])
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'InvalidToken', reason: 'used' } })
  expect(await handle.result()).toEqual({ ok: both[0]?.status === 'fulfilled' })
  await expect(baton.complete(`${token}x`, { ok: true })).rejects.toMatchObject({ reason: 'unknown' })
})

test('an execution signals another', async () => {
  const basket = await baton.start(Basket, { id, input: { want: 1 } })
  expect(await baton.execute(Teller, { id: `${id}-teller`, input: { to: id, word: 'hello' } })).toBe('told')
  expect(await basket.result()).toEqual(['hello'])
  await expect(baton.execute(Teller, { id: `${id}-teller2`, input: { to: 'nobody', word: 'hello' } }))
    .rejects.toMatchObject({ cause: { code: 'MessageNotDelivered' } })
})

test('new executions take the patched branch and bear its mark', async () => {
  const handle = await baton.start(Renewed, { id, input: undefined })
  expect(await handle.result()).toBe('new')
  expect((await handle.history()).map(({ type }) => type)).toContain('Patched')
})
