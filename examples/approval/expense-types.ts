import { z } from 'zod'

export const Expense = z.object({
  employee: z.string().min(1).max(100),
  manager: z.string().min(1).max(100),
  purpose: z.string().min(1).max(1_000),
  cents: z.int().positive(),
})
export type Expense = z.infer<typeof Expense>

/** What a manager says. */
export const Decision = z.object({ approved: z.boolean(), comment: z.string().max(1_000).default('') })
export type Decision = z.infer<typeof Decision>

/** Where an expense stands; `lapsed` if nobody decided in time. */
export const State = z.enum(['submitted', 'waiting', 'approved', 'declined', 'lapsed', 'paid'])
export type State = z.infer<typeof State>

export const Outcome = z.object({ state: State, payment: z.string().optional() })
export type Outcome = z.infer<typeof Outcome>

/** What anybody may know of an expense: no token. */
export interface ExpenseStatus extends Expense {
  readonly state: State
  readonly reminders: number
  readonly comment: string
}
