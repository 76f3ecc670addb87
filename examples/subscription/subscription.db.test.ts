import { Baton, Worker } from '@baton/runtime'
import { describe, expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { SimulatedBilling } from './simulated-billing.ts'
import { SubscriptionWorkflow } from './subscription.ts'
import { newSubscription, PRICES } from './subscription-types.ts'

/** A client, and two workers whose executions leave memory as soon as they wait. */
async function office(declines: Readonly<Record<string, number>> = {}) {
  await using stack = new AsyncDisposableStack()
  const billing = new SimulatedBilling(declines)
  const { url } = stack.use(await createDatabase())
  const workflows = [{ workflow: SubscriptionWorkflow, create: () => new SubscriptionWorkflow(billing) }]
  for (let worker = 0; worker < 2; worker++) stack.use(await Worker.start({ url, workflows, parkAfter: 20 }))
  const baton = stack.use(await Baton.connect(url))
  const owned = stack.move()
  return { baton, billing, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

describe('subscription', () => {
  test('goes on in a second run, under the plan that was changed in the first, until it is cancelled', async () => {
    await using at = await office()
    const handle = await at.baton.start(SubscriptionWorkflow, { id: 's', input: newSubscription('ann', 'basic', { periodMs: 5 }) })
    await expect(handle.update('changePlan', 'basic')).rejects.toMatchObject({ code: 'UpdateRejected', cause: { type: 'SamePlan' } })
    const { from } = await handle.update('changePlan', 'team')
    expect(from).toBeInstanceOf(Date)
    await expect.poll(async () => (await handle.query('status')).bills, { timeout: 20_000 }).toBeGreaterThanOrEqual(13)
    await handle.signal('cancel')

    const { reason, bills, paidCents } = await handle.result()
    expect(reason).toBe('cancelled')
    expect(at.billing.charges.size).toBe(bills)
    expect(at.billing.total).toBe(paidCents)
    expect([...at.billing.charges.values()].at(-1)).toBe(PRICES.team)
    expect((await handle.history()).filter(({ type }) => type === 'ContinuedAsNew').length).toBeGreaterThanOrEqual(1)
    expect(await handle.query('status')).toMatchObject({ state: 'cancelled', bills })
  })

  test('is cancelled and asked while it is parked', async () => {
    await using at = await office()
    const handle = await at.baton.start(SubscriptionWorkflow, { id: 's', input: newSubscription('ann', 'basic') })
    await expect.poll(async () => (await handle.query('status')).bills, { timeout: 10_000 }).toBe(1)
    await expect.poll(async () => (await handle.describe()).worker, { timeout: 10_000 }).toBeUndefined()
    expect(await handle.query('status')).toMatchObject({ state: 'active', paidCents: PRICES.basic })
    await handle.signal('cancel')
    expect(await handle.result()).toEqual({ reason: 'cancelled', bills: 1, paidCents: PRICES.basic })
  })

  test('ends unpaid when the card is declined to the last', async () => {
    await using at = await office({ ann: 3 })
    expect(await at.baton.execute(SubscriptionWorkflow, { id: 's', input: newSubscription('ann', 'basic', { dunningMs: [20, 20] }) })).toEqual({ reason: 'unpaid', bills: 0, paidCents: 0 })
    expect(at.billing.letters).toHaveLength(3)
  })
})
