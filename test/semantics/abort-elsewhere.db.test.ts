// A step that runs on another worker than its execution's owner is told to stop within a second: by stop, by kill, by its scope, and
// when the notification is lost.
import { setTimeout as wait } from 'node:timers/promises'
import { Baton, Worker } from '@baton/runtime'
import { CancellationScope, condition, Run, Signal, Step, stepContext, Workflow } from '@baton/sdk'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'

const began = new Map<string, () => void>()
const aborted = new Map<string, (at: number) => void>()

@Workflow({ name: 'elsewhere', queue: 'near' })
class Elsewhere {
  enough = false

  @Signal() leave(): void {
    this.enough = true
  }

  @Step({ queue: 'far', retry: { maxAttempts: 1 } }) async work(): Promise<void> {
    const { signal, executionId } = stepContext()
    began.get(executionId)?.()
    await wait(60_000, undefined, { signal }).catch(() => aborted.get(executionId)?.(performance.now()))
  }

  @Run() async run(): Promise<string> {
    const scope = new CancellationScope()
    const work = scope.run(() => this.work()).catch(() => 'cancelled')
    await Promise.race([work, condition(() => this.enough)])
    if (this.enough) scope.cancel('enough')
    await work
    return 'left'
  }
}

let stack: AsyncDisposableStack
let baton: Baton
let url: string

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  ;({ url } = stack.use(await createDatabase()))
  for (const queue of ['near', 'far']) stack.use(await Worker.start({ url, name: queue, queues: [queue], workflows: [Elsewhere], log: () => {} }))
  baton = stack.use(await Baton.connect(url))
})
afterAll(() => stack.disposeAsync())

/** Starts an execution whose step runs; resolves to when its signal fires. */
async function running(id: string): Promise<{ readonly firesAt: Promise<number> }> {
  const beginning = Promise.withResolvers<void>()
  const end = Promise.withResolvers<number>()
  began.set(id, beginning.resolve)
  aborted.set(id, end.resolve)
  await baton.start(Elsewhere, { id, input: undefined })
  await beginning.promise
  return { firesAt: end.promise }
}

test.each([
  ['stop', (id: string) => baton.handle(id).stop()],
  ['kill', (id: string) => baton.handle(id).kill()],
  ['scope', (id: string) => baton.handle(Elsewhere, id).signal('leave')],
] as const)('%s', async (id, act) => {
  const { firesAt } = await running(id)
  const before = performance.now()
  await act(id)
  expect((await firesAt) - before).toBeLessThan(1_000)
})

test('a task that was taken away without a word is noticed at the next heartbeat', async () => {
  const { firesAt } = await running('lost')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  stack.defer(() => client.end())
  const before = performance.now()
  await client.query("delete from baton.tasks where execution_id = 'lost'")
  expect((await firesAt) - before).toBeLessThan(2_500)
})
