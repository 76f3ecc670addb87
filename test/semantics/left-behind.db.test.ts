// Iterations that the body of another has begun and not waited for.
import { Baton } from '@baton/runtime'
import { forEach, Run, Signal, condition, Step, Workflow } from '@baton/sdk'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { testWorker } from '../support/worker.ts'

@Workflow({ name: 'hasty' })
class Hasty {
  enough = false

  @Signal() finish(): void {
    this.enough = true
  }

  @Step() async look(i: number): Promise<number> {
    return i
  }

  @Run() async run(): Promise<readonly number[]> {
    const first = await forEach([1, 2], {}, async (i) => {
      const inner = forEach([1, 2, 3], { name: 'inner' }, async (j) => {
        await this.look(j)
        await condition(() => this.enough, '1h')
      })
      return Promise.race([inner.then(() => 0), (async () => (await this.look(i)) + (await this.look(i)))()])
    })
    await condition(() => this.enough)
    return first
  }
}

test('an iteration takes the logs of those it has left behind with it: the next worker can go on', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createDatabase())
  const baton = stack.use(await Baton.connect(url))
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  stack.defer(() => admin.end())
  const worker = await testWorker(url, { workflows: [Hasty] })
  const handle = await baton.start(Hasty, { id: 'hasty', input: undefined })
  await expect.poll(async () => (await handle.history()).filter(({ type }) => type === 'IterationCompleted').length, { timeout: 10_000 }).toBe(2)
  await worker.stop()
  expect((await admin.query('select from baton.lanes')).rows).toHaveLength(0)
  await handle.signal('finish')
  stack.use(await testWorker(url, { workflows: [Hasty] }))
  expect(await handle.result()).toEqual([2, 4])
})
