// Histories of a test environment, replayed against the code that wrote them and against code that was changed.
import { type ExecutionPage, HistoryMismatch } from '@baton/runtime'
import { ApplicationError, Run, sleep, Step, Workflow } from '@baton/sdk'
import { type ExportedEvent, type ExportedHistory, exportHistories, exportHistory, replay, TestEnvironment, type TestHandle, TestingError } from '@baton/testing'
import { describe, expect, test } from 'vitest'
import { pathOf } from '../../packages/testing/src/histories/path-of.ts'
import { type Order, Payments, Shop } from './support/shop.ts'
import { Batch, Decision, Review, Subscription } from './support/talking.ts'

const order = { id: 'o1', items: ['a', 'b'] }

async function recorded(): Promise<TestHandle<unknown>> {
  const env = new TestEnvironment({ workflows: [Shop] })
  env.mock(Shop, 'charge').fails(new Error('down'), { times: 2 })
  const handle = await env.start(Shop, { id: 'x', input: order })
  await handle.result()
  return handle
}

/** What was said in code review: pack before the charge. */
@Workflow({ name: 'shop' })
class Reordered {
  @Step() async charge(of: Order): Promise<string> { return of.id }
  @Step() async pack(item: string): Promise<{ item: string }> { return { item } }

  @Run() async run(of: Order): Promise<string> {
    for (const item of of.items) await this.pack(item)
    return this.charge(of)
  }
}

@Workflow({ name: 'shop' })
class WithoutSleep {
  @Step() async charge(of: Order): Promise<string> { return of.id }
  @Step() async pack(item: string): Promise<string> { return item }

  @Run() async run(of: Order): Promise<string> {
    const receipt = await this.charge(of)
    for (const item of of.items) await this.pack(item)
    return receipt
  }
}

function made(...events: readonly Omit<ExportedEvent, 'at'>[]): ExportedHistory {
  return { batonHistory: 1, workflow: 'shop', version: '1', id: 'x', events: events.map((event) => ({ at: new Date(0).toISOString(), ...event })) }
}

describe('a history', () => {
  test('replays with the code that wrote it, from an export or its text', async () => {
    const handle = await recorded()
    const exported = await exportHistory(handle)
    const end = { ended: true, open: [] }
    expect(await replay(exported, Shop)).toEqual(end)
    expect(await replay(JSON.stringify(exported), { workflow: Shop, create: () => new Shop(new Payments()) })).toEqual(end)
  })

  test('that has not ended says what is open', async () => {
    const history = await exportHistory(await recorded())
    expect(await replay({ ...history, events: history.events.slice(0, 4) }, Shop)).toEqual({ ended: false, open: ['pack'] })
    expect(await replay({ ...history, events: history.events.slice(0, 7) }, Shop)).toEqual({ ended: false, open: ['sleep'] })
  })

  test('does not replay with code that asks for something else, and the error says what', async () => {
    const exported = await exportHistory(await recorded())
    const error = await replay(exported, Reordered).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(HistoryMismatch)
    expect(error).toMatchObject({ detail: { seq: 2, expected: "StepRetrying of 'charge'", actual: ['pack'] } })
    await expect(replay(exported, WithoutSleep)).rejects.toMatchObject({ detail: { seq: 7, expected: "TimerStarted of 'sleep'", actual: ['nothing: it has ended'] } })
  })

  test('does not replay with a workflow of another name', async () => {
    @Workflow({ name: 'shop-2' })
    class Renamed extends Shop {}
    const exported = await exportHistory(await recorded())
    await expect(replay(exported, Renamed)).rejects.toThrow("Event 1 of the history is the start of workflow 'shop', but the code at this point waits for workflow 'shop-2'.")
  })

  test.each<[string, unknown, string]>([
    ['text that is no JSON', '{', 'This is no history'],
    ['another JSON', '{"a":1}', 'batonHistory'],
    ['a form of a later version', { batonHistory: 2, workflow: 'shop', version: '1', id: 'x', events: [] }, 'batonHistory'],
    ['without events', made(), 'does not begin with ExecutionStarted'],
    ['one with a hole', made({ seq: 1, type: 'ExecutionStarted' }, { seq: 3, type: 'TimerFired' }), 'event 2 is missing'],
    ['one with a hole in an iteration', made({ seq: 1, type: 'ExecutionStarted' }, { seq: 2, type: 'TimerFired', lane: 'forEach[0]' }), "event 1 of 'forEach[0]' is missing"],
    ['an event without what its type has', made({ seq: 1, type: 'ExecutionStarted' }, { seq: 2, type: 'TimerStarted', command: 'sleep', payload: {} }), 'dueAt'],
  ])('is refused if it is %s', async (_, source, message) => {
    const error = await replay(source as string, Shop).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TestingError)
    expect(error).toMatchObject({ code: 'InvalidInput', message: expect.stringContaining(message) as string })
  })

  test('of a newer version is refused as production refuses it', async () => {
    await expect(replay(made({ seq: 1, type: 'ExecutionStarted' }, { seq: 2, type: 'Teleported' }), Shop)).rejects.toMatchObject({ code: 'UnknownEvent' })
  })
})

@Workflow({ name: 'carrier' })
class Carrier {
  @Step() async carry(value: unknown): Promise<unknown> { return value }
  @Step({ retry: { maxAttempts: 1 } }) async fail(): Promise<void> {
    throw new ApplicationError('Declined', { details: { limit: 5 }, cause: new RangeError('deep', { cause: 'text' }) })
  }

  @Run() async run(value: unknown): Promise<unknown> {
    await sleep(5)
    const back = await this.carry(value)
    await this.fail().catch((error: unknown) => error)
    return back
  }
}

test.each<[string, unknown]>([
  ['undefined', undefined],
  ['null', null],
  ['a Date', new Date('2026-11-22T10:00:00.123Z')],
  ['a Map of Sets', new Map<unknown, unknown>([['a', new Set([1, 'x'])], [new Date(0), 5n]])],
  ['bytes', new Uint8Array([0, 255, 7])],
  ['keys in their order', { b: 1, a: { d: 1, c: 2 }, __proto__x: 1, 'a.b': 2 }],
  ['the NUL character and a lone surrogate', 'a\0b\ud800c'],
  ['numbers JSON lacks', [Number.NaN, -0, Number.POSITIVE_INFINITY]],
  ['undefined in a list', [1, undefined, null]],
  ['an error with causes', new RangeError('far', { cause: new ApplicationError('Near', { details: [1] }) })],
  ['a URL and a pattern', [new URL('https://a.b/c?d'), /x/gi]],
  ['what looks like an annotation', { $superjson: { json: 1 } }],
])('%s goes through an export and a file unchanged', async (_, value) => {
  await using env = new TestEnvironment({ workflows: [Carrier] })
  const handle = await env.start(Carrier, { input: value })
  expect(await handle.result()).toEqual(value)
  const exported = await exportHistory(handle)
  const file: ExportedHistory = JSON.parse(JSON.stringify(exported)) as ExportedHistory
  expect(file).toEqual(exported)
  expect(await replay(file, Carrier)).toEqual({ ended: true, open: [] })
})

describe('an export of many', () => {
  /** A client with these executions, youngest first. */
  function client(handles: readonly { readonly id: string; readonly items: readonly string[] }[]): Parameters<typeof exportHistories>[0] & { readonly read: string[] } {
    const read: string[] = []
    const env = new TestEnvironment({ workflows: [Shop] })
    return {
      read,
      async list({ limit = 50, cursor = '0' } = {}): Promise<ExecutionPage> {
        const from = Number(cursor)
        const executions = await Promise.all(handles.slice(from, from + limit).map(async ({ id, items }) => {
          const handle = await env.start(Shop, { id, input: { id: 'o', items } })
          await handle.result()
          return handle.describe()
        }))
        return { executions, next: from + limit < handles.length ? String(from + limit) : undefined }
      },
      handle: ((id: string) => {
        read.push(id)
        return env.handle(Shop, id)
      }) as never,
    }
  }

  const many = Array.from({ length: 7 }, (_, i) => ({ id: `e${i}`, items: i % 2 === 0 ? ['a'] : ['b', 'c'] }))

  test('has one for each path, the youngest', async () => {
    expect((await exportHistories(client(many))).map(({ id }) => id)).toEqual(['e0', 'e1'])
  })

  test('has all where that is asked for', async () => {
    expect((await exportHistories(client(many), { onePerPath: false, workflow: Shop })).map(({ id }) => id)).toEqual(many.map(({ id }) => id))
  })

  test('stops at its limits', async () => {
    const limited = client(many)
    expect(await exportHistories(limited, { limit: 1 })).toHaveLength(1)
    expect(limited.read).toEqual(['e0'])
    const scanned = client(many)
    await exportHistories(scanned, { scan: 3 })
    expect(scanned.read).toEqual(['e0', 'e1', 'e2'])
  })
})

test('an export has what a replay needs of every kind of event, and no token', async () => {
  await using env = new TestEnvironment({ workflows: [Decision, Review, Batch, Subscription], time: 'manual' })
  const decision = await env.start(Decision, { input: 2 })
  const review = await env.start(Review, { input: '9d' })
  const batch = await env.start(Batch, { input: [1, 2, 3] })
  const subscription = await env.start(Subscription, { input: { month: 1, left: 3 } })
  await review.signal('note', 'a')
  await env.settle()
  const token = env.calls(Decision, 'mail')[0]?.args[0] ?? ''
  await env.complete(token, 'yes')
  await env.advance('1h')
  const updated = review.update('addNote', 'b')
  await env.settle()

  const open = [await exportHistory(decision), await exportHistory(batch), await exportHistory(review), await exportHistory(subscription)]
  expect(await Promise.all(open.map((history, i) => replay(JSON.stringify(history), [Decision, Batch, Review, Subscription][i] ?? Shop)))).toEqual([
    { ended: false, open: ['2/token:manager', '2/token-timeout'] },
    { ended: false, open: ['forEach[2]', 'forEach[2]/sleep'] },
    { ended: false, open: ['condition', 'sleep'] },
    { ended: false, open: ['condition'] },
  ])
  expect(JSON.stringify(open.map(({ events }) => events.filter(({ type }) => type === 'TokenIssued')))).not.toContain(token)
  await env.advance('1h')
  expect(await updated).toBe(2)
})

test('a path is what happened, whatever the ids of messages and the number of iterations', async () => {
  await using env = new TestEnvironment({ workflows: [Review, Batch] })
  const paths: string[] = []
  for (const [workflow, input, updates] of [[Review, '1d', 1], [Review, '1d', 1], [Review, '1d', 2], [Batch, [1], 0], [Batch, [1, 2, 3], 0], [Batch, [13], 0]] as const) {
    const handle: TestHandle<unknown, Review> = await env.start(workflow as typeof Review, { input: input as never })
    for (let i = 0; i < updates; i++) await handle.update('addNote', 'a')
    await handle.result().catch((error: unknown) => error)
    paths.push(pathOf(await exportHistory(handle)))
  }
  expect(paths.map((path) => paths.indexOf(path))).toEqual([0, 0, 2, 3, 3, 5])
})
