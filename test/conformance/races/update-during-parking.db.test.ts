// Temporal update on an evicted workflow, Hatchet eviction; scenario 45: an update comes just before its execution is parked, and just after.
import { condition, Run, Update, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { gate } from '../support/gate.ts'
import { Stage, waitAt } from '../support/stage.ts'

@Workflow({ name: 'counter' })
class Counter {
  #sum = 0

  @Update() async add(n: number): Promise<number> {
    this.#sum += n
    return this.#sum
  }

  @Run() async run(until: number): Promise<number> {
    await condition(() => this.#sum >= until)
    return this.#sum
  }
}

test.each(['park:before', 'park:after'] as const)('sent while the worker stands at %s, it is answered and counts once', async (point) => {
  await using stage = await Stage.open()
  const parking = gate()
  await stage.worker([Counter], { parkAfter: 20 }, waitAt(point, parking))
  const handle = await stage.baton.start(Counter, { id: 'c', input: 3 })
  await parking.arrived
  const answer = handle.with({ id: 'u' }).update('add', 1)
  await expect.poll(async () => (await stage.sql(`select from baton.inbox union all select from baton.events where type = 'UpdateAccepted'`)).length, { interval: 5 }).toBe(1)
  parking.open()
  expect(await answer).toBe(1)
  expect(await handle.with({ id: 'u' }).update('add', 1)).toBe(1)
  expect(await handle.update('add', 2)).toBe(3)
  expect(await handle.result()).toBe(3)
  expect((await handle.history()).filter(({ type }) => type === 'UpdateAccepted')).toHaveLength(2)
})
