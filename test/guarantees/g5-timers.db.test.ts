// G5: a timer never fires early, by the clock of the database, whatever becomes of workers and whatever their own clocks say.
import { Baton } from '@baton/runtime'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { startWorkerProcess } from '../support/worker-process.ts'
import { testWorker } from '../support/worker.ts'
import { Nap } from '../support/workflows.ts'

/** How late each timer of the executions fired, ms. */
async function lateness(baton: Baton, ids: readonly string[]): Promise<readonly number[]> {
  return (await Promise.all(ids.map(async (id) => {
    const history = await baton.handle(id).history()
    const due = history.find(({ type }) => type === 'TimerStarted')?.data['dueAt'] as Date
    const fired = history.find(({ type }) => type === 'TimerFired')?.at as Date
    return fired.getTime() - due.getTime()
  })))
}

test.each(['append:before@1', 'append:after@1', 'append:before@2', 'append:after@2', 'park:before@1', 'park:after@1', 'claim:after@2'])(
  'G5: no timer fires early or not at all, its worker killed at %s', { timeout: 60_000 },
  async (dieAt) => {
    await using stack = new AsyncDisposableStack()
    const { url } = stack.use(await createDatabase())
    const baton = stack.use(await Baton.connect(url))
    const victim = stack.use(await startWorkerProcess({ url, dieAt, options: { parkAfter: 50 } }))
    const ids = [5, 150, 300, 450, 600].map((_, i) => `nap-${i}`)
    const results = Promise.all([5, 150, 300, 450, 600].map(async (ms, i) => (await baton.start(Nap, { id: `nap-${i}`, input: ms })).result()))
    await Promise.race([victim.exited, results])
    stack.use(await testWorker(url, { parkAfter: 50 }))
    await results
    for (const late of await lateness(baton, ids)) expect(late).toBeGreaterThanOrEqual(0)
  },
)

test('G5: the clocks of workers do not matter', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createDatabase())
  const baton = stack.use(await Baton.connect(url))
  const now = Date.now
  stack.defer(() => {
    Date.now = now
  })
  Date.now = () => now() + 3_600_000 // an hour ahead
  stack.use(await testWorker(url))
  const ids = [50, 120].map((ms) => `skew-${ms}`)
  await Promise.all([50, 120].map(async (ms) => (await baton.start(Nap, { id: `skew-${ms}`, input: ms })).result()))
  for (const late of await lateness(baton, ids)) {
    expect(late).toBeGreaterThanOrEqual(0)
    expect(late).toBeLessThan(5_000)
  }
})
