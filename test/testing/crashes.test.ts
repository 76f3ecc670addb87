// The same outcome whatever happens to workers: each program is run plain, then with a replay after every turn, then with a crash
// at each moment of virtual time.
import { exportHistory, replay, TestEnvironment, type TestEnvironmentOptions } from '@baton/testing'
import { ExecutionKilled, ExecutionNotFound, HistoryMismatch } from '@baton/runtime'
import { executeChild, Run, sleep, startChild, Step, stepContext, Workflow, type WorkflowClass } from '@baton/sdk'
import { describe, expect, test } from 'vitest'
import { Graph, Race, Refusing, Shop, Ten } from './support/shop.ts'
import { Batch, Decision, Hasty, Laborer, Limited, Parcel, Review, Shipment, Subscription } from './support/talking.ts'

const workflows = [Shop, Race, Refusing, Graph, Ten, Batch, Decision, Hasty, Laborer, Limited, Parcel, Review, Shipment, Subscription]

interface Case {
  readonly name: string
  readonly workflow: WorkflowClass
  readonly input: unknown
  /** What happens meanwhile. */
  readonly meanwhile?: (env: TestEnvironment) => void
}

const cases: readonly Case[] = [
  { name: 'shop', workflow: Shop, input: { id: 'o1', items: ['a', 'b'] }, meanwhile: (env) => env.mock(Shop, 'charge').fails(new Error('down'), { times: 2 }).mockDelay('7s') },
  { name: 'race', workflow: Race, input: undefined },
  { name: 'refusing', workflow: Refusing, input: 'application' },
  { name: 'graph', workflow: Graph, input: { n: 4 } },
  { name: 'ten', workflow: Ten, input: undefined, meanwhile: (env) => env.mock(Ten, 'link').mockDelay('1m') },
  { name: 'iterations', workflow: Batch, input: [1, 2, 3, 4] },
  { name: 'a failing iteration', workflow: Batch, input: [1, 13, 2] },
  { name: 'hasty iterations', workflow: Hasty, input: 2, meanwhile: (env) => {
    env.mock(Hasty, 'slow').mockDelay('90m')
    env.mock(Hasty, 'quick').mockDelay('1h')
  } },
  { name: 'a token that nobody completes', workflow: Decision, input: 2 },
  { name: 'a stop', workflow: Laborer, input: 'sleep', meanwhile: (env) => env.at('5d', () => env.handle(Laborer, 'x').stop()) },
  { name: 'a timeout', workflow: Limited, input: undefined },
  { name: 'signals', workflow: Review, input: '3d', meanwhile: (env) => {
    env.at('1d', () => env.handle(Review, 'x').signal('note', 'a'))
    env.at('1d', () => env.handle(Review, 'x').signal('note', 'b'))
    env.at('2d', () => env.handle(Review, 'x').signal('approve', 'ann'))
  } },
  { name: 'a child', workflow: Shipment, input: { item: 'lamp', how: 'await' } },
  { name: 'a child that fails', workflow: Shipment, input: { item: 'glass', how: 'await' } },
  { name: 'a cancelled child', workflow: Shipment, input: { item: 'lamp', how: 'stop' } },
  { name: 'further runs', workflow: Subscription, input: { month: 1, left: 3 }, meanwhile: (env) => env.at('31d', () => env.handle(Subscription, 'x').signal('topUp', 1)) },
]

/** How it ended, with its main log but for what a worker's death repeats. */
async function outcomeOf({ workflow, input, meanwhile }: Case, options: Partial<TestEnvironmentOptions>, crashes: readonly number[] = []) {
  await using env = new TestEnvironment({ workflows, ...options })
  meanwhile?.(env)
  const handle = await env.start(workflow, { id: 'x', input })
  for (const crash of crashes) env.at(new Date(crash), () => env.crash(handle))
  const ending = await handle.result().then((output) => ({ output }), (error: Error) => ({ error: error.message }))
  const history = await handle.history()
  const replayed = await replay(await exportHistory(handle), workflow)
  return { ending, log: history.map(({ type, command }) => [type, command]), times: history.map(({ at }) => at.getTime()), replayed }
}

describe.each(cases)('$name', (each) => {
  test('comes to the same with a replay every turn', async () => {
    const plain = await outcomeOf(each, {})
    expect(await outcomeOf(each, { replayEveryTurn: true })).toEqual(plain)
  })

  test('comes to the same with a crash at any moment', async () => {
    const plain = await outcomeOf(each, {})
    for (const at of new Set(plain.times)) {
      const { ending } = await outcomeOf(each, {}, [at])
      expect({ at: new Date(at), ...ending }).toEqual({ at: new Date(at), ...plain.ending })
    }
    expect((await outcomeOf(each, {}, plain.times)).ending).toEqual(plain.ending)
  })
})

describe('a crash', () => {
  test('loses no message, however soon it comes', async () => {
    await using env = new TestEnvironment({ workflows })
    const handle = await env.start(Review, { input: undefined })
    await env.settle()
    await handle.signal('note', 'a')
    env.crash(handle)
    const update = handle.update('addNote', 'b')
    env.crash(handle) // while it is between two workers
    await handle.describe()
    env.crash(handle)
    expect(await update).toBe(2)
    await handle.signal('approve', 'ann')
    expect(await handle.result()).toBe('ann (a,B)')
    env.crash(handle) // too late for anything
    expect(await handle.query('status')).toEqual({ by: 'ann', notes: ['a', 'B'] })
  })

  test('aborts the bodies that run, and they run again', async () => {
    await using env = new TestEnvironment({ workflows })
    const aborted: boolean[] = []
    env.mock(Ten, 'link', async () => {
      const { signal } = stepContext()
      if (aborted.length > 0) return 1
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(aborted.push(signal.aborted)), { once: true }))
    })
    const handle = await env.start(Ten, { input: undefined })
    await handle.describe()
    env.crash(handle)
    expect(await handle.result()).toBe(10)
    expect(aborted).toEqual([true])
    expect(env.calls(Ten, 'link').slice(0, 3).map(({ command, attempt }) => [command, attempt])).toEqual([['link', 1], ['link', 1], ['link#2', 1]])
  })

  test('of what there is not is refused', async () => {
    await using env = new TestEnvironment({ workflows })
    expect(() => env.crash({ id: 'nobody' })).toThrow(ExecutionNotFound)
  })
})

test('a blocked execution can be killed, and its parent and its children hear of it', async () => {
  let broken = false
  @Workflow({ name: 'breaking' })
  class Breaking {
    @Step() async act(): Promise<void> {}

    @Run() async run(): Promise<void> {
      await startChild(Parcel, { id: 'orphan', input: { item: 'lamp', after: '9d' } })
      if (!broken) await this.act()
      await sleep('1d')
    }
  }
  @Workflow({ name: 'parent' })
  class Parent {
    @Run() async run(): Promise<void> {
      await executeChild(Breaking, { id: 'breaking', input: undefined })
    }
  }
  await using env = new TestEnvironment({ workflows: [Parent, Breaking, Parcel] })
  const parent = await env.start(Parent, { input: undefined })
  await env.settle()
  const child = env.handle(Breaking, 'breaking')
  broken = true
  env.crash(child)
  expect(await child.describe()).toMatchObject({ status: 'blocked', blocked: { code: 'HistoryMismatch' } })
  await expect(child.result()).rejects.toThrow(HistoryMismatch)
  await child.kill('given up')
  await expect(child.result()).rejects.toThrow(ExecutionKilled)
  await expect(parent.result()).rejects.toThrow("Child 'breaking' of workflow 'breaking' did not complete: Killed: given up")
  expect(await env.handle(Parcel, 'orphan').describe()).toMatchObject({ status: 'stopped' })
})
