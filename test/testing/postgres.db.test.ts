// The environment against the real thing: the same classes, on Postgres with a worker and in memory, come to the same histories.
import { Baton, type Handle, HistoryMismatch, type HistoryRecord } from '@baton/runtime'
import { type OutputOf, Run, sleep, Step, type WorkflowClass, Workflow } from '@baton/sdk'
import { exportHistories, exportHistory, replay, TestEnvironment } from '@baton/testing'
import '@baton/testing/vitest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { testWorker } from '../support/worker.ts'
import { allWorkflows, Branches, Chain, Diamond, Echo, Fan, Flaky, Nap, Slow } from '../support/workflows.ts'

let stack: AsyncDisposableStack
let baton: Baton

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const database = stack.use(await createDatabase())
  stack.use(await testWorker(database.url))
  baton = stack.use(await Baton.connect(database.url))
})
afterAll(() => stack.disposeAsync())

/** What two histories of one class must have in common: everything but times and stacks. */
function shape(history: readonly HistoryRecord[]): readonly unknown[] {
  return history.map(({ seq, type, command, data }) => {
    const { error, dueAt: _due, retryAt: _retry, ...rest } = data
    return { seq, type, command, ...rest, ...(error instanceof Error ? { error: `${error.name}: ${error.message}` } : {}) }
  })
}

/** How long each timer and retry delay was meant to be, from the event that set it. */
function spans(history: readonly HistoryRecord[]): readonly number[] {
  return history.flatMap(({ at, data }) => {
    const due = data['dueAt'] ?? data['retryAt']
    return due instanceof Date ? [Math.round((due.getTime() - at.getTime()) / 20) * 20] : []
  })
}

async function both<C extends WorkflowClass>(workflow: C, input: unknown, id: string): Promise<{ real: readonly HistoryRecord[]; virtual: readonly HistoryRecord[] }> {
  const env = stack.use(new TestEnvironment({ workflows: allWorkflows }))
  const settled = async (handle: Pick<Handle<OutputOf<C>>, 'result' | 'history'>): Promise<readonly HistoryRecord[]> => {
    await handle.result().catch(() => {})
    return handle.history()
  }
  return {
    real: await settled(await baton.start(workflow, { id, input: input as never })),
    virtual: await settled(await env.start(workflow, { id, input: input as never })),
  }
}

describe('in memory and on Postgres there are the same events, commands and outputs', () => {
  test.each<[string, WorkflowClass, unknown]>([
    ['a chain of steps', Chain, { n: 5, ms: 0 }],
    ['a chain, its input filled in by the schema', Chain, { n: 1 }],
    ['parallel steps', Fan, { n: 20, ms: 0 }],
    ['a declared graph', Diamond, { n: 5 }],
    ['retries that help', Flaky, { failures: 2, kind: 'error' }],
    ['retries that do not', Flaky, { failures: 9, kind: 'rethrow' }],
    ['an error that is final', Flaky, { failures: 9, kind: 'application' }],
    ['a timeout', Slow, undefined],
    ['rich payloads', Echo, new Map<unknown, unknown>([['a', new Set([1n, new Date(0), undefined])]])],
  ])('for %s', async (name, workflow, input) => {
    const { real, virtual } = await both(workflow, input, name)
    expect(shape(virtual)).toEqual(shape(real))
    expect(spans(virtual)).toEqual(spans(real))
  })

  test('for a sleep, but for the clock that its step reads', async () => {
    const { real, virtual } = await both(Nap, 60, 'nap')
    const place = ({ seq, type, command }: HistoryRecord): unknown => ({ seq, type, command })
    expect(virtual.map(place)).toEqual(real.map(place))
    expect(spans(virtual)).toEqual(spans(real))
  })

  test('for branches side by side, in whatever order they interleave', async () => {
    const { real, virtual } = await both(Branches, 1, 'branches')
    const sorted = (history: readonly HistoryRecord[]): readonly string[] => history.map(({ type, command }) => `${type} ${command}`).sort()
    expect(sorted(virtual)).toEqual(sorted(real))
    expect(virtual.at(-1)?.data).toEqual(real.at(-1)?.data)
  })
})

/** Chain, edited: it now says goodbye before it adds up. */
@Workflow({ name: 'chain' })
class EditedChain {
  @Step() async link(i: number): Promise<{ i: number }> { return { i } }
  @Step() async goodbye(): Promise<void> {}

  @Run() async run({ n }: { n: number }): Promise<number> {
    await this.link(0)
    await this.goodbye()
    await sleep(n)
    return n
  }
}

describe('a history of Postgres', () => {
  test('goes through a file and replays with the class that wrote it, and not with an edited one', async () => {
    const handle = await baton.start(Chain, { id: 'exported', input: { n: 3, ms: 0 } })
    await expect(handle).toHaveCompletedWith(3)
    await expect(handle).toHaveRunSteps(['link', 'link', 'link'])
    const file = JSON.stringify(await exportHistory(handle))
    expect(await replay(file, Chain)).toEqual({ ended: true, open: [] })
    const error = await replay(file, EditedChain).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(HistoryMismatch)
    expect(error).toMatchObject({ detail: { seq: 3, expected: "StepCompleted of 'link#2'", actual: ['goodbye'] } })
  })

  test('is exported once for each path', async () => {
    for (const [id, n] of [['p1', 7], ['p2', 8], ['p3', 7], ['p4', 8]] as const) await baton.execute(Chain, { id, input: { n, ms: 0 } })
    const histories = await exportHistories(baton, { workflow: Chain, status: 'completed' })
    expect(histories.map(({ id }) => id)).toEqual(expect.arrayContaining(['p4', 'p3']))
    expect(histories.map(({ id }) => id)).not.toEqual(expect.arrayContaining(['p1']))
    for (const history of histories) expect(await replay(history, Chain)).toEqual({ ended: true, open: [] })
    expect((await exportHistories(baton, { onePerPath: false, limit: 3 })).length).toBe(3)
  })

  test('of every workflow replays', async () => {
    const classes = new Map(allWorkflows.map((type) => [type.name.toLowerCase(), type]))
    const histories = await exportHistories(baton)
    expect(new Set(histories.map(({ workflow }) => workflow)).size).toBeGreaterThan(6)
    for (const history of histories) {
      const type = classes.get(history.workflow)
      if (!type) throw new Error(`No class for '${history.workflow}'`)
      expect(await replay(JSON.stringify(history), type)).toMatchObject({ ended: true })
    }
  })
})
