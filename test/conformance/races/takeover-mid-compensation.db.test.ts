// Effect withCompensation, DBOS outcome_ownership; scenario 47: the owner is cut off in the middle of a compensation, and its successor goes on with it.
import { Run, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { proxyPostgres } from '../../support/postgres-proxy.ts'
import { gate, type Gate } from '../support/gate.ts'
import { Stage } from '../support/stage.ts'

let undoing: Gate
const undone: string[] = []

@Workflow({ name: 'booking' })
class Booking {
  @Step({ compensate: 'undo' }) async book(what: string): Promise<string> {
    return `${what} booked`
  }

  @Step({ retry: { maxAttempts: 1 } }) async confirm(): Promise<void> {
    throw new Error('refused')
  }

  @Step() async undo(booked: string, what: string): Promise<void> {
    undone.push(`${what} (${booked})`)
    if (what === 'car' && undone.length === 2) await undoing.pass()
  }

  @Run() async run(): Promise<void> {
    for (const what of ['hotel', 'car', 'flight']) await this.book(what)
    await this.confirm()
  }
}

test('what was undone is not undone again, and what the old owner undoes late is not recorded', async () => {
  await using stage = await Stage.open()
  undoing = gate()
  const proxy = stage.use(await proxyPostgres(stage.url))
  const old = await stage.worker([Booking], { url: proxy.url })
  const id = old.id
  const handle = await stage.baton.start(Booking, { id: 'b', input: undefined })
  await undoing.arrived
  proxy.cut()
  await stage.worker([Booking])
  await expect(handle.result()).rejects.toMatchObject({ cause: { step: 'confirm' } })
  const history = await handle.history()
  proxy.mend()
  undoing.open()
  await expect.poll(() => old.id, { timeout: 20_000 }).not.toBe(id)
  expect(await handle.history()).toEqual(history)
  expect(undone).toEqual(['flight (flight booked)', 'car (car booked)', 'car (car booked)', 'hotel (hotel booked)'])
  expect(history.map(({ command }) => command).filter((command) => command?.startsWith('compensate/'))).toEqual(['compensate/undo', 'compensate/undo#2', 'compensate/undo#3'])
})
