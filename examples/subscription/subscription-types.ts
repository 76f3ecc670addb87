import { z } from 'zod'

/** What a plan costs a month, in cents. */
export const PRICES = { basic: 900, team: 2_900, business: 9_900 } as const

export const Plan = z.enum(['basic', 'team', 'business'])
export type Plan = z.infer<typeof Plan>

const DAY = 24 * 3_600_000

/** All that a subscription knows; a run hands it to the next. */
export const Subscription = z.object({
  customer: z.string().min(1),
  plan: Plan,
  /** From one bill to the next, in ms. */
  periodMs: z.int().positive().default(30 * DAY),
  /** How long after a declined charge the next is tried, in ms; after the last the subscription ends. */
  dunningMs: z.array(z.int().positive()).default([1 * DAY, 3 * DAY, 5 * DAY]),
  /** When the next bill is due, in ms since 1970; the first at once. */
  billAt: z.int().optional(),
  bills: z.int().nonnegative().default(0),
  paidCents: z.int().nonnegative().default(0),
})
export type Subscription = z.infer<typeof Subscription>

/** A subscription as it begins; what is not said has its default. */
export function newSubscription(customer: string, plan: Plan, more: Partial<z.input<typeof Subscription>> = {}): Subscription {
  return Subscription.parse({ customer, plan, ...more })
}

/** Where a subscription stands, as support and the customer's page see it. */
export interface Status {
  readonly state: 'active' | 'overdue' | 'cancelled' | 'unpaid'
  readonly plan: Plan
  readonly bills: number
  readonly paidCents: number
  readonly nextBill: Date | undefined
}

export const Ending = z.object({ reason: z.enum(['cancelled', 'unpaid']), bills: z.int(), paidCents: z.int() })
export type Ending = z.infer<typeof Ending>
