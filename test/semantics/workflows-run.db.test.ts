// What the same class does whether its steps run in place or through the queue; the suite runs both ways.
import { Baton, ExecutionFailed } from '@baton/runtime'
import { StepFailed } from '@baton/sdk'
import { beforeAll, afterAll, describe, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { testWorker } from '../support/worker.ts'
import { Branches, Chain, Diamond, Echo, Fan, Flaky, Nap, Slow } from '../support/workflows.ts'

let stack: AsyncDisposableStack
let baton: Baton

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const database = stack.use(await createDatabase())
  stack.use(await testWorker(database.url))
  baton = stack.use(await Baton.connect(database.url))
})
afterAll(() => stack.disposeAsync())

test('sequential steps hand their results on', async () => {
  expect(await baton.execute(Chain, { input: { n: 10, ms: 0 } })).toBe(45)
})

test('parallel branches interleave and join', async () => {
  expect(await baton.execute(Branches, { input: 1 })).toEqual({ left: 84, right: 804, sum: 888 })
})

test('a thousand parallel steps join', async () => {
  expect(await baton.execute(Fan, { input: { n: 1_000, ms: 0 } })).toBe(999_000)
})

test('a declared graph runs in its order, skips what is unsatisfied, and returns the outputs of its last steps', async () => {
  expect(await baton.execute(Diamond, { input: { n: 5 } })).toEqual({ report: '5: 10 in 5' })
})

test('a sleep ends no earlier than it should, by the clock of the database', async () => {
  const handle = await baton.start(Nap, { input: 120 })
  await handle.result()
  const history = await handle.history()
  const started = history.find(({ type }) => type === 'TimerStarted')
  const fired = history.find(({ type }) => type === 'TimerFired')
  expect(Number(fired?.at)).toBeGreaterThanOrEqual(Number(started?.data['dueAt']))
})

describe('a step that fails', () => {
  test('is tried again with growing delays, each attempt in the history', async () => {
    const handle = await baton.start(Flaky, { input: { failures: 2, kind: 'error' } })
    expect(await handle.result()).toBe('succeeded at attempt 3')
    const retries = (await handle.history()).filter(({ type }) => type === 'StepRetrying')
    expect(retries.map(({ data }) => data['attempt'])).toEqual([1, 2])
  })

  test('fails for good when its attempts are used up, with the last error as the cause', async () => {
    expect(await baton.execute(Flaky, { input: { failures: 9, kind: 'error' } })).toBe('attempt failed after 4: Error: attempt 4 failed')
  })

  test('is not tried again after an error named as non-retryable', async () => {
    expect(await baton.execute(Flaky, { input: { failures: 9, kind: 'range' } })).toBe('attempt failed after 1: RangeError: out of range')
  })

  test('is not tried again after an ApplicationError', async () => {
    expect(await baton.execute(Flaky, { input: { failures: 9, kind: 'application' } })).toBe('attempt failed after 1: ApplicationError: NotApproved')
  })

  test('fails the execution when run lets the error pass, and the client gets the whole chain of causes', async () => {
    const error = await baton.execute(Flaky, { input: { failures: 9, kind: 'rethrow' } }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ExecutionFailed)
    const cause = (error as ExecutionFailed).cause as StepFailed
    expect(cause).toBeInstanceOf(StepFailed)
    expect(cause.attempts).toBe(4)
    expect((cause.cause as Error).message).toBe('attempt 4 failed')
    expect(((cause.cause as Error).cause as Error).name).toBe('TypeError')
  })
})

test('a step that takes too long is aborted and tried again', async () => {
  expect(await baton.execute(Slow, { input: undefined })).toBe('second attempt')
})

test.each([
  ['a Date', new Date('2026-11-22T10:00:00.123Z')],
  ['a Map of Sets', new Map([['a', new Set([1, 'x'])]])],
  ['bytes', new Uint8Array([0, 255, 7])],
  ['keys in their order', { b: 1, a: { d: 1, c: 2 } }],
  ['the NUL character and a lone surrogate', 'a\0b\ud800c'],
  ['not a number', [Number.NaN, -0, Number.POSITIVE_INFINITY]],
  ['undefined in a list', [1, undefined, null]],
  ['text of many scripts', 'Größe 测试 🎼'],
])('%s comes back from the log as it went in', async (_, value) => {
  const back = await baton.execute(Echo, { input: value })
  expect(back).toEqual(value)
  expect(JSON.stringify(back)).toBe(JSON.stringify(value)) // keys in their order too
})

test('an error that a step returns is an error again', async () => {
  const back = await baton.execute(Echo, { input: new RangeError('far', { cause: new Error('out') }) })
  expect(back).toBeInstanceOf(Error)
  expect(back).toMatchObject({ name: 'RangeError', message: 'far', cause: { message: 'out' } })
})
