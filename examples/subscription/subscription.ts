import { ApplicationError, condition, continueAsNew, now, Query, Run, Signal, Step, StepFailed, stepContext, Update, Workflow } from '@baton/sdk'
import type { Billing } from './billing.ts'
import { Ending, Plan, PRICES, type Status, Subscription } from './subscription-types.ts'

/** Bills of a run; then the next begins, with an empty history. */
const BILLS_A_RUN = 12

/**
 * A subscription, which lives for years: it sends a bill, sleeps until the next is due, and begins a new run each year. Customers change the
 * plan by an update, which takes effect with the next bill, and cancel by a signal, which ends the sleep.
 */
@Workflow({ name: 'subscription', input: Subscription, output: Ending })
export class SubscriptionWorkflow {
  #plan: Plan = 'basic'
  #state: Status['state'] = 'active'
  #cancelled = false
  #bills = 0
  #paidCents = 0
  #billAt: number | undefined

  constructor(private readonly billing: Billing) {}

  @Query() status(): Status {
    const nextBill = this.#billAt === undefined ? undefined : new Date(this.#billAt)
    return { state: this.#state, plan: this.#plan, bills: this.#bills, paidCents: this.#paidCents, nextBill }
  }

  @Signal() cancel(): void {
    this.#cancelled = true
  }

  /** Says from when on the new price is paid. */
  @Update({ payload: Plan, validate: 'mayChange' })
  async changePlan(plan: Plan): Promise<{ readonly from: Date }> {
    this.#plan = plan
    return { from: new Date(this.#billAt ?? now().getTime()) }
  }

  mayChange(plan: Plan): void {
    if (this.#cancelled) throw new ApplicationError('The subscription has been cancelled', { type: 'Cancelled' })
    if (this.#state === 'overdue') throw new ApplicationError('A bill is overdue', { type: 'Overdue' })
    if (plan === this.#plan) throw new ApplicationError(`The plan is ${plan} already`, { type: 'SamePlan' })
  }

  @Step({ retry: { maxAttempts: 10, delay: '10s', nonRetryable: ['CardDeclined'] } })
  async charge(customer: string, cents: number): Promise<void> {
    await this.billing.charge(customer, cents, stepContext().idempotencyKey)
  }

  @Step()
  async tell(customer: string, what: string): Promise<void> {
    await this.billing.tell(customer, what)
  }

  @Run()
  async run(subscription: Subscription): Promise<Ending> {
    const { customer, periodMs, dunningMs } = subscription
    this.#plan = subscription.plan
    this.#bills = subscription.bills
    this.#paidCents = subscription.paidCents
    let billAt = (this.#billAt = subscription.billAt ?? now().getTime())
    for (let billed = 0; billed < BILLS_A_RUN; billed++) {
      if (await this.#cancelledBefore(billAt)) return this.#end(customer, 'cancelled')
      if (!(await this.#collect(customer, dunningMs))) return this.#end(customer, this.#cancelled ? 'cancelled' : 'unpaid')
      billAt = this.#billAt = billAt + periodMs // counted from when it was due: no bill is a little later each month
    }
    if (this.#cancelled) return this.#end(customer, 'cancelled') // the next run would not know
    return continueAsNew<typeof this.run>({
      ...subscription, plan: this.#plan, billAt, bills: this.#bills, paidCents: this.#paidCents,
    })
  }

  /** A sleep that the signal ends. */
  #cancelledBefore(at: number): Promise<boolean> {
    return condition(() => this.#cancelled, Math.max(0, at - now().getTime()))
  }

  /** Charges a bill, and again after each of the delays as long as the card is declined; false if nothing came of it. */
  async #collect(customer: string, dunningMs: readonly number[]): Promise<boolean> {
    const cents = PRICES[this.#plan]
    for (const delay of [...dunningMs, undefined]) {
      if (await this.#pays(customer, cents)) {
        this.#state = 'active'
        this.#bills++
        this.#paidCents += cents
        return true
      }
      this.#state = 'overdue'
      if (delay === undefined) break
      await this.tell(customer, `Your card was declined for ${cents / 100}; we try again.`)
      if (await condition(() => this.#cancelled, delay)) break
    }
    return false
  }

  async #pays(customer: string, cents: number): Promise<boolean> {
    try {
      await this.charge(customer, cents)
      return true
    } catch (error) {
      if (error instanceof StepFailed && error.cause instanceof ApplicationError && error.cause.type === 'CardDeclined') return false
      throw error
    }
  }

  async #end(customer: string, reason: Ending['reason']): Promise<Ending> {
    this.#state = reason
    this.#billAt = undefined
    await this.tell(customer, reason === 'unpaid' ? 'Your subscription has ended: it was not paid.' : 'Your subscription has ended. Goodbye!')
    return { reason, bills: this.#bills, paidCents: this.#paidCents }
  }
}
