import { ExecutionFailed } from '@baton/runtime'
import { ChildFailed } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { describe, expect, test } from 'vitest'
import { Batch, Hasty, Parcel, Shipment } from './support/talking.ts'

const workflows = [Shipment, Parcel, Batch, Hasty]

describe.each([false, true])('with a replay every turn: %s', (replayEveryTurn) => {
  const environment = (): TestEnvironment => new TestEnvironment({ workflows, replayEveryTurn })

  test('a child runs in the same virtual time, and its parent gets its result', async () => {
    await using env = environment()
    const handle = await env.start(Shipment, { id: 's', input: { item: 'lamp', how: 'await' } })
    await env.settle()
    expect(await handle.waitsFor()).toMatchObject([{ kind: 'child', command: 'child:parcel', execution: 's/child:parcel' }])
    expect(await handle.result()).toBe('sent lamp')
    const [parcel] = env.executions(Parcel)
    expect(parcel?.id).toBe('s/child:parcel')
    expect(await parcel?.describe()).toMatchObject({ status: 'completed' })
    expect((await handle.history()).map(({ type }) => type)).toEqual(['ExecutionStarted', 'ChildStarted', 'ChildCompleted', 'ExecutionCompleted'])
  })

  test('a child’s failure is its parent’s to catch', async () => {
    await using env = environment()
    const error = await env.execute(Shipment, { input: { item: 'glass', how: 'await' } }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ExecutionFailed)
    expect((error as Error).cause).toBeInstanceOf(ChildFailed)
    expect(((error as Error).cause as Error).message).toContain('Broken')
  })

  test('a child of a workflow that nobody runs is refused', async () => {
    await using env = environment()
    await expect(env.execute(Shipment, { input: { item: 'lamp', how: 'unknown' } })).rejects.toThrow("No worker has registered a workflow 'nobody knows'")
  })

  test('an id that is taken is refused', async () => {
    await using env = environment()
    await env.start(Parcel, { id: 'parcel of lamp', input: { item: 'lamp', after: '9d' } })
    await expect(env.execute(Shipment, { input: { item: 'lamp', how: 'leave' } })).rejects.toThrow("Execution 'parcel of lamp' exists already")
  })

  test.each([['stop', 'stopped'], ['kill', 'killed'], ['abandon', 'completed']] as const)('the end of the parent, with policy %s: %s', async (policy, status) => {
    await using env = environment()
    expect(await env.execute(Shipment, { input: { item: 'lamp', how: 'leave', policy } })).toBe('parcel of lamp')
    await env.advance('4d')
    expect(await env.handle(Parcel, 'parcel of lamp').describe()).toMatchObject({ status })
  })

  test('a cancelled scope stops the child that waits in it', async () => {
    await using env = environment()
    expect(await env.execute(Shipment, { input: { item: 'lamp', how: 'stop' } })).toBe('cancelled: true')
    expect(await env.handle(Parcel, 'the other').describe()).toMatchObject({ status: 'stopped' })
    expect(env.calls(Shipment, 'cleanUp')).toHaveLength(1)
  })

  test('iterations run side by side, each with steps and sleeps of its own', async () => {
    await using env = environment()
    const start = env.now().getTime()
    const handle = await env.start(Batch, { input: [1, 2, 3, 4] })
    expect(await handle.result()).toEqual([2, 4, 6, 8])
    expect(env.now().getTime() - start).toBe(2 * 3_600_000)
    expect((await handle.history()).map(({ type }) => type)).toEqual([
      'ExecutionStarted', 'IterationCompleted', 'IterationCompleted', 'IterationCompleted', 'IterationCompleted', 'ExecutionCompleted',
    ])
  })

  test('a failed iteration fails the forEach', async () => {
    await using env = environment()
    await expect(env.execute(Batch, { input: [1, 13] })).rejects.toThrow("1 iteration of 'forEach' failed; the first, 1")
    expect(env.calls(Batch, 'pack').map(({ args, attempt }) => [args[0], attempt])).toEqual([[1, 1], [13, 1], [13, 2]])
  })

  test('what an iteration leaves running when it ends is stopped, and heard of no more', async () => {
    await using env = environment()
    env.mock(Hasty, 'slow').mockDelay('90m')
    env.mock(Hasty, 'quick').mockDelay('1h')
    const handle = await env.start(Hasty, { input: 2 })
    expect(await handle.result()).toEqual({ results: [0, 1], after: 99 })
    expect(env.calls(Hasty, 'slow').map(({ args }) => args[0])).toEqual([0, 1])
    expect((await handle.history()).map(({ type }) => type)).toEqual([
      'ExecutionStarted', 'IterationCompleted', 'IterationCompleted', 'StepCompleted', 'ExecutionCompleted',
    ])
  })
})
