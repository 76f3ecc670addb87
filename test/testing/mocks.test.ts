import { ExecutionStopped } from '@baton/runtime'
import { ApplicationError, ChildFailed, DefinitionError, StepFailed, StepTimedOut } from '@baton/sdk'
import { TestEnvironment, TestingError } from '@baton/testing'
import { describe, expect, test } from 'vitest'
import { Graph, Hurried, Real, Shop, Ten } from './support/shop.ts'
import { Parcel, Shipment } from './support/talking.ts'

const order = { id: 'o1', items: ['a', 'b'] }
const environment = (): TestEnvironment => new TestEnvironment({ workflows: [Shop, Graph, Real] })
const receipt = async (env: TestEnvironment): Promise<string> => (await env.execute(Shop, { input: order })).receipt

describe('a mocked step', () => {
  test('runs the given body, with the arguments as they come through the log', async () => {
    await using env = environment()
    env.mock(Shop, 'pack', async (item, at) => ({ item: `${item} ${at.getTime()}`, at }))
    expect((await env.execute(Shop, { input: order })).parcels).toEqual(['a 0', 'b 0'])
  })

  test('of a graph is one of the graph', async () => {
    await using env = environment()
    env.mock(Graph, 'source').returns(200)
    env.mock(Graph, 'big').returns('very')
    expect(await env.execute(Graph, { input: { n: 1 } })).toEqual({ double: 400, big: 'very' })
  })

  test('fails so many times, retried by the policy in virtual time, and then runs its own body', async () => {
    await using env = environment()
    env.mock(Shop, 'charge').fails(new Error('down'), { times: 3 })
    const handle = await env.start(Shop, { input: order })
    expect((await handle.result()).receipt).toBe('receipt of o1')
    expect(env.calls(Shop, 'charge').map(({ attempt, at }) => [attempt, at.toISOString().slice(11, 16)])).toEqual([
      [1, '00:00'], [2, '00:01'], [3, '00:03'], [4, '00:07'],
    ])
    expect((await handle.history()).filter(({ type }) => type === 'StepRetrying').map(({ data }) => data['attempt'])).toEqual([1, 2, 3])
  })

  test('that always fails uses up its attempts', async () => {
    await using env = environment()
    env.mock(Shop, 'charge').fails(new Error('down'))
    const error = await receipt(env).catch((thrown: Error) => thrown.cause)
    expect(error).toBeInstanceOf(StepFailed)
    expect(error).toMatchObject({ step: 'charge', attempts: 4, cause: { message: 'down' } })
  })

  test('does what was said for a number of attempts first, then what was said last for all', async () => {
    await using env = environment()
    env.mock(Shop, 'charge').returns('first thought').returns('always').fails(new Error('down'), { times: 1 }).returns('once', { times: 1 })
    expect([await receipt(env), await receipt(env), await receipt(env)]).toEqual(['once', 'always', 'always'])
  })

  test('returns values in turn', async () => {
    await using env = environment()
    env.mock(Shop, 'charge').returnsInTurn(['one', 'two'])
    expect([await receipt(env), await receipt(env), await receipt(env)]).toEqual(['one', 'two', 'receipt of o1'])
  })

  test('takes virtual time where it says so, and times out by it', async () => {
    await using env = environment()
    env.mock(Shop, 'charge').returns('late', { delay: '31s', times: 1 }).returns('in time', { delay: '30s' })
    const handle = await env.start(Shop, { input: order })
    expect((await handle.result()).receipt).toBe('in time')
    const [, retrying, completed] = await handle.history()
    expect(retrying).toMatchObject({ type: 'StepRetrying', at: new Date('2026-01-01T00:00:30Z') })
    expect(retrying?.data['error']).toBeInstanceOf(StepTimedOut)
    expect(completed).toMatchObject({ type: 'StepCompleted', at: new Date('2026-01-01T00:02:00Z') })
  })

  test('may delay the step’s own body', async () => {
    await using env = environment()
    env.mock(Shop, 'pack').mockDelay('2h')
    await env.execute(Shop, { input: order })
    expect(env.calls(Shop, 'pack').map(({ at }) => at.getUTCHours())).toEqual([0, 2])
    expect(env.now()).toEqual(new Date('2026-01-08T04:00:00Z'))
  })

  test('is itself again once restored', async () => {
    await using env = environment()
    const mock = env.mock(Shop, 'charge').returns('mocked')
    mock.restore()
    expect(await receipt(env)).toBe('receipt of o1')
  })

  test('is the same mock when asked for again', async () => {
    await using env = environment()
    env.mock(Shop, 'charge').returns('first', { times: 1 })
    env.mock(Shop, 'charge', async () => 'then')
    expect([await receipt(env), await receipt(env)]).toEqual(['first', 'then'])
  })

  test('must return what can be written', async () => {
    await using env = environment()
    env.mock(Graph, 'source').returns((() => 1) as never)
    await expect(env.execute(Graph, { input: { n: 1 } })).rejects.toThrow('cannot be written to the log')
  })

  test('leaves the steps beside it their own object', async () => {
    await using env = environment()
    env.mock(Real, 'slow').fails(new Error('down'), { times: 1 })
    expect(await env.execute(Real, { input: 0 })).toBe('kept 2 real-1/slow')
  })
})

test('calls are kept of every step, mocked or not', async () => {
  await using env = environment()
  await env.execute(Shop, { id: 'x', input: order })
  expect(env.calls(Shop, 'pack')).toEqual([
    { executionId: 'x', command: 'pack', attempt: 1, args: ['a', new Date(0)], at: new Date('2026-01-01') },
    { executionId: 'x', command: 'pack#2', attempt: 1, args: ['b', new Date(0)], at: new Date('2026-01-01') },
  ])
})

test('a mock of what there is not is refused, with what was probably meant', () => {
  const env = environment()
  expect(() => env.mock(Shop, 'chrge' as 'charge')).toThrow("Workflow 'shop' has no step 'chrge'; did you mean 'charge'? Its steps are charge, pack.")
  expect(() => env.calls(Shop, 'run' as 'charge')).toThrow(TestingError)
  expect(() => env.mock(Ten, 'link')).toThrow(expect.objectContaining({ code: 'UnknownWorkflow' }))
  expect(() => env.mock(Shop, 'charge').returns('x', { times: 0 })).toThrow(DefinitionError)
  expect(() => env.mock(Shop, 'charge').mockDelay('5 minutes' as '5m')).toThrow(DefinitionError)
})

describe('the time of a step in all is virtual', () => {
  test.each([false, true])('with a replay every turn: %s', async (replayEveryTurn) => {
    await using env = new TestEnvironment({ workflows: [Hurried], replayEveryTurn })
    const start = env.now().getTime()
    env.mock(Hurried, 'ask').fails(new Error('down'), { times: 1 }).returns('late', { delay: '2h' })
    const error = (await env.execute(Hurried, { input: undefined }).catch((thrown: unknown) => thrown)) as Error & { cause: Error }
    expect(error.cause.cause).toMatchObject({ code: 'StepTimedOut', timeoutKind: 'total' })
    expect(env.now().getTime() - start).toBe(3_600_000)
    expect(env.calls(Hurried, 'ask').map(({ attempt }) => attempt)).toEqual([1, 2])
    env.mock(Hurried, 'ask').restore()
    expect(await env.execute(Hurried, { input: undefined })).toBe('answer')
    expect(env.now().getTime() - start).toBe(3_600_000)
  })
})

describe('a mocked workflow', () => {
  const environment = (): TestEnvironment => new TestEnvironment({ workflows: [Shipment, Parcel] })
  const shipment = { item: 'lamp', how: 'await' } as const

  test('returns to its parent in virtual time, and none of its own steps run', async () => {
    await using env = environment()
    const start = env.now().getTime()
    env.mockWorkflow(Parcel).returns('mocked', { delay: '2d' })
    expect(await env.execute(Shipment, { input: shipment })).toBe('mocked')
    expect(env.now().getTime() - start).toBe(2 * 86_400_000)
    expect(env.calls(Parcel, 'send')).toEqual([])
    expect(env.executions(Parcel).map(({ input }) => input)).toEqual([{ item: 'lamp', after: '1d' }])
  })

  test('fails as its run would', async () => {
    await using env = environment()
    env.mockWorkflow(Parcel).fails(new ApplicationError('NoLorry'))
    const error = (await env.execute(Shipment, { input: shipment }).catch((thrown: unknown) => thrown)) as Error & { cause: Error }
    expect(error.cause).toBeInstanceOf(ChildFailed)
    expect(error.cause.cause).toBeInstanceOf(ApplicationError)
  })

  test('is the real one again after so many executions, or when it is restored', async () => {
    await using env = environment()
    const mock = env.mockWorkflow(Parcel, async ({ item }) => `no ${item}`, { times: 1 })
    expect(await env.execute(Shipment, { input: shipment })).toBe('no lamp')
    expect(await env.execute(Shipment, { input: shipment })).toBe('sent lamp')
    mock.returns('mocked')
    expect(await env.execute(Shipment, { input: shipment })).toBe('mocked')
    mock.restore()
    expect(await env.execute(Shipment, { input: shipment })).toBe('sent lamp')
  })

  test('is stopped with its parent, and survives a crash', async () => {
    await using env = environment()
    env.mockWorkflow(Parcel).returns('mocked', { delay: '2d' })
    const handle = await env.start(Shipment, { input: shipment })
    await env.advance('1d')
    const [parcel] = env.executions(Parcel)
    if (!parcel) throw new Error('no child')
    env.crash(parcel)
    expect(await handle.result()).toBe('mocked')
    const other = await env.start(Shipment, { input: shipment })
    await env.advance('1d')
    await other.stop()
    await expect(other.result()).rejects.toThrow(ExecutionStopped)
    expect(await env.executions(Parcel).at(-1)?.describe()).toMatchObject({ status: 'stopped' })
  })
})
