import { ExecutionFailed, ExecutionIdReused, ExecutionNotFound, InvalidExecutionId, InvalidInput, InvalidOutput, PayloadNotSerializable } from '@baton/runtime'
import { ApplicationError, stepContext, StepFailed, StepTimedOut, WrongContext } from '@baton/sdk'
import { TestEnvironment, TestingError } from '@baton/testing'
import { describe, expect, test } from 'vitest'
import { Graph, Payments, Race, Real, Refusing, Shop, Stuck, Ten } from './support/shop.ts'

const order = { id: 'o1', items: ['a', 'b'] }
const workflows = [Shop, Race, Real, Refusing, Graph, Stuck]

describe('an execution', () => {
  test('runs its steps and sleeps through a week in no time', async () => {
    await using env = new TestEnvironment({ workflows })
    const began = performance.now()
    expect(await env.execute(Shop, { input: order })).toEqual({ receipt: 'receipt of o1', parcels: ['a', 'b'] })
    expect(performance.now() - began).toBeLessThan(5_000)
    expect(env.now()).toEqual(new Date('2026-01-08T00:00:00Z'))
  })

  test('has a history in virtual time, of the same shape as the client’s', async () => {
    await using env = new TestEnvironment({ workflows, start: new Date('2030-05-01') })
    const handle = await env.start(Shop, { input: { id: 'o1', items: ['a'] } })
    await handle.result()
    expect(await handle.history()).toEqual([
      { seq: 1, at: new Date('2030-05-01'), type: 'ExecutionStarted', command: undefined, data: { input: { id: 'o1', items: ['a'] } } },
      { seq: 2, at: new Date('2030-05-01'), type: 'StepCompleted', command: 'charge', data: { output: 'receipt of o1' } },
      { seq: 3, at: new Date('2030-05-01'), type: 'StepCompleted', command: 'pack', data: { output: { item: 'a', at: new Date(0) } } },
      { seq: 4, at: new Date('2030-05-01'), type: 'TimerStarted', command: 'sleep', data: { dueAt: new Date('2030-05-08') } },
      { seq: 5, at: new Date('2030-05-08'), type: 'TimerFired', command: 'sleep', data: {} },
      { seq: 6, at: new Date('2030-05-08'), type: 'ExecutionCompleted', command: undefined, data: { output: { receipt: 'receipt of o1', parcels: ['a'] } } },
    ])
  })

  test('says how it stands', async () => {
    await using env = new TestEnvironment({ workflows })
    const start = env.now()
    const handle = await env.start(Shop, { input: order, id: 'mine' })
    const wakesAt = new Date('2026-01-08T00:00:00Z')
    expect(await handle.describe()).toMatchObject({ id: 'mine', workflow: 'shop', version: '1', queue: 'default', status: 'running', startedAt: start, endedAt: undefined, wakesAt })
    await handle.result()
    expect(await handle.describe()).toMatchObject({ status: 'completed', createdAt: start, endedAt: wakesAt, wakesAt: undefined, blocked: undefined })
  })

  test('gets its dependencies from the factory', async () => {
    const payments = new Payments()
    await using env = new TestEnvironment({ workflows: [{ workflow: Shop, create: () => new Shop(payments) }] })
    await env.execute(Shop, { input: order })
    expect(payments.charged).toEqual(['o1'])
  })

  test('may be a declared graph', async () => {
    await using env = new TestEnvironment({ workflows })
    expect(await env.execute(Graph, { input: { n: 4 } })).toEqual({ double: 8 })
  })

  test('fails with the workflow’s error', async () => {
    await using env = new TestEnvironment({ workflows })
    const error = await env.execute(Refusing, { input: 'application' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ExecutionFailed)
    expect((error as Error).cause).toBeInstanceOf(StepFailed)
    expect(((error as Error).cause as Error).cause).toBeInstanceOf(ApplicationError)
    expect(await env.execute(Refusing, { input: 'range' })).toBe('caught RangeError: too far')
  })

  test('fails when its result does not fit the output schema', async () => {
    await using env = new TestEnvironment({ workflows })
    const error = await env.execute(Refusing, { input: 'output' }).catch((thrown: unknown) => thrown)
    expect((error as Error).cause).toBeInstanceOf(InvalidOutput)
  })

  test('that can never end is blocked, not waited for', async () => {
    await using env = new TestEnvironment({ workflows })
    await expect(env.execute(Stuck, { input: undefined })).rejects.toThrow("run() of workflow 'stuck' awaits something that is no step and no sleep")
  })
})

describe('a start', () => {
  test('is the same execution for the same id', async () => {
    const payments = new Payments()
    await using env = new TestEnvironment({ workflows: [{ workflow: Shop, create: () => new Shop(payments) }] })
    const [first, second] = await Promise.all([env.execute(Shop, { id: 'x', input: order }), env.execute(Shop, { id: 'x', input: order })])
    expect(second).toEqual(first)
    expect(payments.charged).toEqual(['o1'])
    await expect(env.start(Shop, { id: 'x', input: { id: 'o2', items: [] } })).rejects.toThrow(ExecutionIdReused)
  })

  test('is refused for what production refuses it for', async () => {
    await using env = new TestEnvironment({ workflows })
    await env.start(Shop, { id: 'x', input: order })
    await expect(env.start(Graph, { id: 'x', input: { n: 1 } })).rejects.toThrow(ExecutionIdReused)
    await expect(env.start(Shop, { id: 'a\nb', input: order })).rejects.toThrow(InvalidExecutionId)
    await expect(env.start(Shop, { id: '', input: order })).rejects.toThrow(InvalidExecutionId)
    await expect(env.start(Shop, { input: { id: 5 } as never })).rejects.toThrow(InvalidInput)
    await expect(env.start(Graph, { input: () => 1 })).rejects.toThrow(PayloadNotSerializable)
  })

  test('writes what the schema makes of the input', async () => {
    await using env = new TestEnvironment({ workflows })
    const handle = await env.start(Shop, { input: { id: 'o1' } as never })
    expect((await handle.history())[0]?.data).toEqual({ input: { id: 'o1', items: [] } })
  })

  test('needs a class the environment was given', async () => {
    await using env = new TestEnvironment({ workflows })
    await expect(env.start(Ten, { input: undefined })).rejects.toThrow(TestingError)
    expect(() => env.handle(Shop, 'nobody')).toThrow(ExecutionNotFound)
  })

  test('is too late once the environment is closed', async () => {
    const env = new TestEnvironment({ workflows })
    await env.close()
    await expect(env.start(Shop, { input: order })).rejects.toThrow(WrongContext)
  })

  test('without an id gets one that is the same in every run', async () => {
    await using env = new TestEnvironment({ workflows })
    expect([await env.start(Graph, { input: { n: 1 } }), await env.start(Shop, { input: order })].map(({ id }) => id)).toEqual(['graph-1', 'shop-2'])
  })
})

describe('time', () => {
  test('goes through what is due in its order', async () => {
    await using env = new TestEnvironment({ workflows })
    expect(await env.execute(Race, { input: undefined })).toEqual(['quick', 'middle', 'slow'])
    expect(env.calls(Race, 'note').map(({ at }) => at.getUTCHours())).toEqual([1, 3, 5])
  })

  test('does not move by itself while nobody waits for a result', async () => {
    await using env = new TestEnvironment({ workflows })
    const handle = await env.start(Shop, { input: order })
    await env.settle()
    expect(env.now()).toEqual(new Date('2026-01-01'))
    expect((await handle.describe()).status).toBe('running')
  })

  test('by hand moves no further than it is told', async () => {
    await using env = new TestEnvironment({ workflows, time: 'manual' })
    const handle = await env.start(Race, { input: undefined })
    const result = handle.result()
    await env.advance('4h')
    expect(env.calls(Race, 'note').map(({ args }) => args)).toEqual([['quick'], ['middle']])
    expect(env.now()).toEqual(new Date('2026-01-01T04:00:00Z'))
    await env.advance('59m')
    expect((await handle.describe()).status).toBe('running')
    await env.advance('1m')
    expect(await result).toEqual(['quick', 'middle', 'slow'])
  })

  test('stands still while a step body runs, whose timeout is of real time', async () => {
    await using env = new TestEnvironment({ workflows })
    const handle = await env.start(Real, { input: 10_000 })
    expect(await handle.result()).toBe('kept 2 real-1/slow')
    const [, retrying] = await handle.history()
    expect(retrying).toMatchObject({ type: 'StepRetrying', at: new Date('2026-01-01'), data: { retryAt: new Date('2026-01-01T00:01:00Z') } })
    expect(retrying?.data['error']).toBeInstanceOf(StepTimedOut)
  })
})

test('a body that waits for the outside world holds the time of all executions', async () => {
  await using env = new TestEnvironment({ workflows })
  const gate = Promise.withResolvers<string>()
  env.mock(Shop, 'charge', () => gate.promise)
  const shop = env.execute(Shop, { input: order })
  const race = env.execute(Race, { input: undefined })
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(env.now()).toEqual(new Date('2026-01-01'))
  expect(env.calls(Race, 'note')).toEqual([])
  gate.resolve('opened')
  expect(await race).toEqual(['quick', 'middle', 'slow'])
  expect((await shop).receipt).toBe('opened')
})

test('a closed environment aborts the bodies that run', async () => {
  const env = new TestEnvironment({ workflows })
  let reason: unknown
  const began = Promise.withResolvers<void>()
  env.mock(Race, 'note', async () => {
    const { signal } = stepContext()
    const aborted = new Promise<string>((resolve) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason
        resolve('aborted')
      })
    })
    began.resolve()
    return aborted
  })
  void (await env.start(Race, { input: undefined })).result()
  await began.promise
  await env.close()
  expect(reason).toMatchObject({ code: 'AttemptAborted' })
  await expect(env.handle(Race, 'race-1').result()).rejects.toThrow(WrongContext)
})
