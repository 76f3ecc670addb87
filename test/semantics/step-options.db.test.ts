// A3, A4: what the options of a step say holds for steps in place and for steps away alike.
import { Baton } from '@baton/runtime'
import { StepFailed, StepTimedOut } from '@baton/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { marksFile } from '../support/marks.ts'
import { Copying, Impatient, Ranked } from '../support/step-option-workflows.ts'
import { testWorker } from '../support/worker.ts'

let stack: AsyncDisposableStack
let url: string
let baton: Baton

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  url = stack.use(await createDatabase()).url
  baton = stack.use(await Baton.connect(url))
})
afterAll(() => stack.disposeAsync())

/** A worker that leaves the queue `nobody` alone, though steps of its workflows are sent there. */
const worker = (options: Parameters<typeof testWorker>[1] = {}): ReturnType<typeof testWorker> => testWorker(url, { queues: ['default'], ...options })

/** The error a step has failed with at last. */
async function causeOf(result: Promise<unknown>): Promise<{ attempts: number; cause: unknown }> {
  const error: unknown = await result.then(() => undefined, (failed: { cause?: unknown }) => failed.cause)
  if (!(error instanceof StepFailed)) throw new TypeError('The execution did not fail of a step.')
  return { attempts: error.attempts, cause: error.cause }
}

test('heartbeats go with a failure to the next attempt, which goes on from there', async () => {
  await using _worker = await worker()
  expect(await baton.execute(Copying, { input: { pages: 6, ms: 2, failAt: 4 } })).toEqual({ from: 4, attempt: 2 })
})

test('a body that is silent for too long has timed out, and the next attempt knows what it said last', async () => {
  await using _worker = await worker()
  const handle = await baton.start(Copying, { input: 'falter' })
  expect(await handle.result()).toEqual({ silentAfter: 15, attempt: 2 })
  const retrying = (await handle.history()).find(({ type }) => type === 'StepRetrying')
  expect(retrying).toMatchObject({ data: { attempt: 1, error: { code: 'StepTimedOut', timeoutKind: 'heartbeat', timeoutMs: 400 } } })
})

test('a step that is over its total time fails while it runs, and its signal fires', async () => {
  using marks = marksFile()
  await using _worker = await worker()
  const { attempts, cause } = await causeOf(baton.execute(Impatient, { input: 'total' }))
  expect(attempts).toBe(1)
  expect(cause).toBeInstanceOf(StepTimedOut)
  expect(cause).toMatchObject({ timeoutKind: 'total', timeoutMs: 300 })
  await expect.poll(() => marks.read().length).toBe(2) // begun, and told
})

test('a step whose next attempt would begin too late fails at once, with the error it had', async () => {
  await using _worker = await worker()
  const began = performance.now()
  const { attempts, cause } = await causeOf(baton.execute(Impatient, { input: 'late' }))
  expect({ attempts, cause: (cause as Error).message }).toEqual({ attempts: 1, cause: 'not now' })
  expect(performance.now() - began).toBeLessThan(30_000)
})

test('a step that no worker takes in time fails, and no worker takes it later', async () => {
  using marks = marksFile()
  await using _worker = await worker()
  const { attempts, cause } = await causeOf(baton.execute(Impatient, { input: 'nobody' }))
  expect(attempts).toBe(1)
  expect(cause).toMatchObject({ timeoutKind: 'scheduleToStart', timeoutMs: 200 })
  await using _late = await worker({ queues: ['default', 'nobody'] })
  expect(await baton.execute(Impatient, { input: 'somebody' })).toBe('served') // whoever was in that line before is gone
  expect(marks.read()).toHaveLength(1)
})

test('a step that waits for a slot fails in time too', async () => {
  using marks = marksFile()
  await using _worker = await worker({ slots: 1 })
  const busy = await baton.start(Impatient, { input: 'busy' })
  await expect.poll(() => marks.read().length, { interval: 5 }).toBe(1)
  const { cause } = await causeOf(baton.execute(Impatient, { input: 'quick' }))
  expect(cause).toMatchObject({ timeoutKind: 'scheduleToStart' })
  expect(await busy.result()).toBe('done')
})

test('a step whose total time is over while no worker runs fails when one does', async () => {
  const handle = await (async () => {
    await using _worker = await worker()
    const started = await baton.start(Impatient, { input: 'away' })
    await expect.poll(async () => (await started.describe()).status).toBe('running')
    await expect.poll(() => _worker.load.actors).toBeGreaterThan(0)
    return started
  })()
  await using _next = await worker()
  const { cause } = await causeOf(handle.result())
  expect(cause).toMatchObject({ timeoutKind: 'total' })
})

test('with one slot the higher priority goes first, among equals whoever came first', async () => {
  using marks = marksFile()
  await using _worker = await worker({ slots: 1 })
  await baton.execute(Ranked, { id: 'ranked', input: 3 })
  const order = marks.read().map(({ key }) => key.slice('ranked/'.length).replace(/#\d+$/, '')).filter((step) => step !== 'first')
  expect(order).toEqual(['high', 'high', 'high', 'middle', 'middle', 'middle', 'low', 'low', 'low'])
})
