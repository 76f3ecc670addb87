import { TestEnvironment } from '@baton/testing'
import '@baton/testing/vitest'
import { describe, expect, test } from 'vitest'
import { SimulatedBilling } from './simulated-billing.ts'
import { SubscriptionWorkflow } from './subscription.ts'
import { newSubscription, PRICES } from './subscription-types.ts'

const DAY = 24 * 3_600_000
const input = newSubscription('ann', 'basic')

describe.each([false, true])('subscription, with a replay every turn: %s', (replayEveryTurn) => {
  function office(declines: Readonly<Record<string, number>> = {}) {
    const billing = new SimulatedBilling(declines)
    const env = new TestEnvironment({
      workflows: [{ workflow: SubscriptionWorkflow, create: () => new SubscriptionWorkflow(billing) }], replayEveryTurn,
    })
    return { env, billing, [Symbol.asyncDispose]: () => env.close() }
  }

  test('is billed each month, and not any more once it is cancelled', async () => {
    await using at = office()
    const handle = await at.env.start(SubscriptionWorkflow, { input })
    at.env.at('70d', async () => {
      expect(await handle.query('status')).toMatchObject({ state: 'active', bills: 3, nextBill: new Date('2026-04-01T00:00:00Z') })
      await handle.signal('cancel')
    })
    expect(await handle.result()).toEqual({ reason: 'cancelled', bills: 3, paidCents: 3 * PRICES.basic })
    expect(at.env.now()).toEqual(new Date('2026-03-12T00:00:00Z'))
    const { state, nextBill } = await handle.query('status')
    expect([state, nextBill]).toEqual(['cancelled', undefined])
  })

  test('lives for ten years in as many runs, and each bill is charged under a key of its own', async () => {
    await using at = office()
    const handle = await at.env.start(SubscriptionWorkflow, { id: 's', input })
    at.env.at(119 * 30 * DAY + 1, () => handle.signal('cancel'))
    expect(await handle.result()).toEqual({ reason: 'cancelled', bills: 120, paidCents: 120 * PRICES.basic })
    expect(at.billing.charges.size).toBe(120)
    expect((await handle.history()).filter(({ type }) => type === 'ContinuedAsNew')).toHaveLength(10)
  })

  test('changes its plan with the next bill, in the next run too', async () => {
    await using at = office()
    const handle = await at.env.start(SubscriptionWorkflow, { input })
    const refused: unknown[] = []
    at.env.at('340d', async () => {
      await handle.update('changePlan', 'basic').catch((error: unknown) => refused.push(error))
      expect(await handle.update('changePlan', 'team')).toEqual({ from: new Date('2026-12-27T00:00:00Z') })
    })
    at.env.at('365d', () => handle.signal('cancel'))
    expect(await handle.result()).toEqual({ reason: 'cancelled', bills: 13, paidCents: 12 * PRICES.basic + PRICES.team })
    expect(refused).toMatchObject([{ code: 'UpdateRejected', cause: { type: 'SamePlan' } }])
  })

  test('tries a declined card again for days, and goes on when it is accepted', async () => {
    await using at = office({ ann: 2 })
    const handle = await at.env.start(SubscriptionWorkflow, { input })
    const refused: unknown[] = []
    at.env.at('2d', async () => {
      expect(await handle.query('status')).toMatchObject({ state: 'overdue', bills: 0 })
      await handle.update('changePlan', 'team').catch((error: unknown) => refused.push(error))
    })
    at.env.at('5d', async () => expect(await handle.query('status')).toMatchObject({ state: 'active', bills: 1, nextBill: new Date('2026-01-31T00:00:00Z') }))
    at.env.at('6d', () => handle.signal('cancel'))
    expect(await handle.result()).toMatchObject({ bills: 1 })
    expect(refused).toMatchObject([{ cause: { type: 'Overdue' } }])
    expect(at.billing.letters).toHaveLength(3)
  })

  test('ends unpaid when the card is declined to the last', async () => {
    await using at = office({ ann: 4 })
    const handle = await at.env.start(SubscriptionWorkflow, { input })
    await expect(handle).toHaveCompletedWith({ reason: 'unpaid', bills: 0, paidCents: 0 })
    expect(at.env.now()).toEqual(new Date('2026-01-10T00:00:00Z'))
    expect(at.billing.letters.at(-1)).toBe('ann: Your subscription has ended: it was not paid.')
  })

  test('can be cancelled while a bill is overdue', async () => {
    await using at = office({ ann: 4 })
    const handle = await at.env.start(SubscriptionWorkflow, { input })
    at.env.at('2d', () => handle.signal('cancel'))
    await expect(handle).toHaveCompletedWith({ reason: 'cancelled', bills: 0, paidCents: 0 })
    expect(at.env.now()).toEqual(new Date('2026-01-03T00:00:00Z'))
  })

  test('leaves trouble of the payment service to the step', async () => {
    await using at = office()
    at.env.mock(SubscriptionWorkflow, 'charge').fails(new Error('down'), { times: 5 })
    const handle = await at.env.start(SubscriptionWorkflow, { input })
    at.env.at('1d', () => handle.signal('cancel'))
    await expect(handle).toHaveCompletedWith({ reason: 'cancelled', bills: 1, paidCents: PRICES.basic })
    expect(at.billing.letters).toHaveLength(1)
  })
})
