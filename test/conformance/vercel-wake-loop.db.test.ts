// Vercel wake-loop, inline-hang; scenario 60: an execution that waits is not woken for nothing: it costs no claim and no write while it is parked.
import { condition, Run, Signal, sleep, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { Stage } from './support/stage.ts'

@Workflow({ name: 'patient' })
class Patient {
  #go = false

  @Signal() go(): void {
    this.#go = true
  }

  @Run() async run(): Promise<string> {
    await condition(() => this.#go)
    await sleep(700)
    return 'gone'
  }
}

test('a wait for a signal and a sleep, each parked, are two claims', async () => {
  await using stage = await Stage.open()
  let claims = 0
  let writes = 0
  const worker = await stage.worker([Patient], { parkAfter: 30 }, (point) => {
    if (point === 'claim:after') claims++
    if (point === 'append:after') writes++
  })
  const handle = await stage.baton.start(Patient, { id: 'p', input: undefined })
  // Not by describe(): it asks what the execution waits for, and that is a claim.
  const standing = () => stage.sql('select status, owner from baton.executions')
  await expect.poll(async () => [await standing(), worker.load.actors], { interval: 5 }).toEqual([[{ status: 'running', owner: null }], 0])
  const parked = performance.now()
  while (performance.now() - parked < 1_000) await new Promise((resolve) => setTimeout(resolve, 50)) // nothing must happen for a while
  expect([claims, writes]).toEqual([0, 0]) // it was given to the worker as it was started
  await handle.signal('go')
  expect(await handle.result()).toBe('gone')
  expect(claims).toBe(2)
  expect((await handle.history()).map(({ type }) => type)).toEqual(['ExecutionStarted', 'SignalReceived', 'TimerStarted', 'TimerFired', 'ExecutionCompleted'])
})
