// Temporal non_durable_reject, validation_replay; scenario 22: an update that its validator rejects leaves no trace in the history.
import { ApplicationError, condition, Query, Run, Signal, Update, Workflow } from '@baton/sdk'
import { UpdateRejected } from '@baton/runtime'
import { expect, test } from 'vitest'
import { Stage } from './support/stage.ts'

@Workflow({ name: 'account' })
class Account {
  #balance = 100
  #closed = false

  @Signal() close(): void {
    this.#closed = true
  }

  @Query() balance(): number {
    return this.#balance
  }

  checkAmount(amount: number): void {
    if (amount > this.#balance) throw new ApplicationError('Too much', { type: 'Insufficient', details: { balance: this.#balance } })
  }

  @Update({ validate: 'checkAmount' }) async withdraw(amount: number): Promise<number> {
    this.#balance -= amount
    return this.#balance
  }

  @Run() async run(): Promise<number> {
    await condition(() => this.#closed)
    return this.#balance
  }
}

test('neither in memory nor parked, and the validator is not asked again in a replay', async () => {
  await using stage = await Stage.open()
  await stage.worker([Account], { parkAfter: 100 })
  const handle = await stage.baton.start(Account, { id: 'a', input: undefined })
  const refused = async (): Promise<void> => {
    const error = await handle.update('withdraw', 500).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UpdateRejected)
    expect((error as Error).cause).toMatchObject({ type: 'Insufficient' })
  }
  await refused()
  expect(await handle.update('withdraw', 80)).toBe(20)
  await refused()
  const events = await handle.history()
  expect(events.map(({ type }) => type)).toEqual(['ExecutionStarted', 'UpdateAccepted', 'UpdateCompleted'])
  await expect.poll(async () => (await handle.describe()).worker, { interval: 10 }).toBeUndefined()
  // The replay accepts the 80 of the log, though they would be refused now.
  await refused()
  expect(await handle.history()).toEqual(events)
  expect(await stage.sql('select from baton.inbox')).toHaveLength(0)
  expect(await handle.query('balance')).toBe(20)
  await handle.signal('close')
  expect(await handle.result()).toBe(20)
})
