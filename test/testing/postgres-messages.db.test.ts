// The environment against the real thing, where executions are talked to and have children: the same script, the same histories, and
// exports that replay.
import { Baton, type HistoryRecord } from '@baton/runtime'
import { exportHistories, exportHistory, replay, TestEnvironment } from '@baton/testing'
import type { WorkflowClass } from '@baton/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pathOf } from '../../packages/testing/src/histories/path-of.ts'
import { createDatabase } from '../support/database.ts'
import { testWorker } from '../support/worker.ts'
import { Batch, Decision, Laborer, Parcel, Review, Sender, Shipment, Subscription } from './support/talking.ts'

const workflows = [Batch, Decision, Laborer, Parcel, Review, Sender, Shipment, Subscription]

let stack: AsyncDisposableStack
let baton: Baton

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const database = stack.use(await createDatabase())
  stack.use(await testWorker(database.url, { workflows }))
  baton = stack.use(await Baton.connect(database.url))
})
afterAll(() => stack.disposeAsync())

/** What a client and an environment have in common. */
type Side = Pick<Baton, 'complete' | 'fail'> & {
  start(workflow: WorkflowClass, options: { readonly id: string; readonly input: unknown }): Promise<Talking>
}
interface Talking {
  readonly id: string
  result(): Promise<unknown>
  history(): Promise<readonly HistoryRecord[]>
  signal(name: string, ...args: readonly unknown[]): Promise<void>
  update(name: string, ...args: readonly unknown[]): Promise<unknown>
  query(name: string, ...args: readonly unknown[]): Promise<unknown>
  stop(reason?: string): Promise<void>
  kill(reason?: string): Promise<void>
}

/** Until an event of this kind is there; the log of Postgres is written meanwhile. */
async function event(handle: Talking, type: string, count = 1): Promise<HistoryRecord> {
  for (;;) {
    const found = (await handle.history()).filter((each) => each.type === type)
    const last = found.at(-1)
    if (last && found.length >= count) return last
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

interface Script {
  readonly name: string
  readonly workflow: WorkflowClass
  readonly input: unknown
  readonly talk?: (handle: Talking, side: Side) => Promise<unknown>
}

const scripts: readonly Script[] = [
  { name: 'signals', workflow: Review, input: undefined, talk: async (handle) => {
    await handle.signal('note', 'a')
    await handle.signal('approve', 'ann')
    await handle.result()
    return handle.query('status')
  } },
  { name: 'rejected', workflow: Review, input: undefined, talk: async (handle) => {
    const refused = await handle.update('addNote', 'far too long').catch((error: unknown) => error)
    const failed = await handle.update('addNote', 'bad').catch((error: unknown) => error)
    await handle.signal('approve', 'ann')
    return [String(refused), String(failed)]
  } },
  { name: 'tokens', workflow: Decision, input: 2, talk: async (handle, side) => {
    for (const [i, answer] of ['first', 'second'].entries()) {
      const { data } = await event(handle, 'StepCompleted', i + 1)
      await side.complete(String(data['output']), answer)
    }
  } },
  { name: 'stopped', workflow: Laborer, input: 'sleep', talk: async (handle) => {
    await event(handle, 'TimerStarted')
    await handle.stop('enough')
  } },
  { name: 'killed', workflow: Laborer, input: 'sleep', talk: async (handle) => {
    await event(handle, 'TimerStarted')
    await handle.kill('gone')
  } },
  { name: 'child', workflow: Shipment, input: { item: 'lamp', how: 'await', after: '5ms' } },
  { name: 'failing child', workflow: Shipment, input: { item: 'glass', how: 'await', after: '5ms' } },
  { name: 'unknown child', workflow: Shipment, input: { item: 'glass', how: 'unknown' } },
  { name: 'iterations', workflow: Batch, input: [-1, -2, -3] },
  { name: 'refused signal', workflow: Sender, input: { to: 'nobody', by: 'bob' } },
  { name: 'runs', workflow: Subscription, input: { month: 1, left: 2 }, talk: async (handle) => {
    await event(handle, 'TimerStarted')
    await handle.signal('end')
  } },
]

/** All of it but ids of messages, times, tokens, and which of two iterations ended first: the machine decides that. */
function shape(history: readonly HistoryRecord[]): readonly unknown[] {
  const iterations = history.filter(({ type }) => type === 'IterationCompleted').toSorted((a, b) => String(a.command).localeCompare(String(b.command)))
  return history.map((record) => {
    const { type, command, data } = record.type === 'IterationCompleted' ? (iterations.shift() ?? record) : record
    const { error, dueAt: _due, id: _id, output, ...rest } = data
    const said = type === 'StepCompleted' && command?.split('/').at(-1) === 'mail' ? 'a token' : output
    return { seq: record.seq, type, command, ...rest, output: said, ...(error instanceof Error ? { error: `${error.name}: ${error.message}` } : {}) }
  })
}

test.each(scripts)('in memory and on Postgres it comes to the same: $name', async ({ name, workflow, input, talk }) => {
  await using env = new TestEnvironment({ workflows })
  const outcomes = []
  for (const side of [baton, env] as unknown as readonly Side[]) {
    const handle = await side.start(workflow, { id: name, input })
    const said = await talk?.(handle, side)
    await handle.result().catch((error: unknown) => error)
    const exported = await exportHistory(handle as never)
    outcomes.push({ said, history: shape(await handle.history()), replayed: await replay(JSON.stringify(exported), workflow) })
  }
  expect(outcomes[1]).toEqual(outcomes[0])
  expect(outcomes[0]?.replayed).toEqual({ ended: true, open: [] })
})

test('an export has the iterations that are open, from both', async () => {
  await using env = new TestEnvironment({ workflows })
  const replays = []
  for (const side of [baton, env] as unknown as readonly Side[]) {
    const handle = await side.start(Batch, { id: 'open iterations', input: [-1, 5, 6] })
    await env.advance(10)
    await event(handle, 'IterationCompleted')
    for (;;) {
      const exported = await exportHistory(handle as never)
      if (exported.events.filter(({ lane }) => lane !== undefined).length < 2) continue // the log of Postgres is written meanwhile
      replays.push(await replay(exported, Batch))
      break
    }
  }
  expect(replays[0]?.open.toSorted()).toEqual(['forEach[1]', 'forEach[1]/sleep', 'forEach[2]', 'forEach[2]/sleep'])
  expect(replays[1]?.open.toSorted()).toEqual(replays[0]?.open.toSorted())
})

test('all that was exported from Postgres replays, one history a path', async () => {
  const classes = new Map(workflows.map((type) => [type.name.replace('Laborer', 'Worker').toLowerCase(), type]))
  const histories = await exportHistories(baton)
  expect(new Set(histories.map(({ workflow }) => workflow)).size).toBe(workflows.length)
  expect(new Set(histories.map(pathOf)).size).toBe(histories.length)
  for (const history of histories) {
    const type = classes.get(history.workflow)
    if (!type) throw new Error(`No class for '${history.workflow}'`)
    expect(await replay(JSON.stringify(history), type)).toMatchObject({ ended: history.id !== 'open iterations' })
  }
})
