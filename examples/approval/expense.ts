import { ApplicationError, externalToken, Query, Run, setAttributes, Step, stepContext, Workflow } from '@baton/sdk'
import { Decision, Expense, type ExpenseStatus, Outcome, type State } from './expense-types.ts'
import type { Mail } from './mail.ts'

/** Up to here nobody is asked. */
export const LIMIT_CENTS = 100_00

/** How long a manager is waited for before each reminder, and after the last. */
const PATIENCE = ['3d', '3d', '1d'] as const

/** An expense that is paid at once when it is small, and else when a manager approves of it within a week. */
@Workflow({ name: 'expense', input: Expense, output: Outcome })
export class ExpenseWorkflow {
  static readonly attributes = { employee: 'keyword', manager: 'keyword', state: 'keyword', cents: 'number' } as const

  private state: State = 'submitted'
  private reminders = 0
  private comment = ''
  private expense: Expense | undefined

  constructor(private readonly mail: Mail) {}

  @Step()
  async ask({ employee, manager, purpose, cents }: Expense, token: string, reminder: number): Promise<void> {
    const subject = `${reminder === 0 ? '' : `Reminder ${reminder}: `}${employee} spent ${euros(cents)}`
    await this.mail.send({ to: manager, subject, text: `For: ${purpose}\nToken: ${token}` }, stepContext().idempotencyKey)
  }

  @Step()
  async pay({ employee, cents }: Expense): Promise<string> {
    const { idempotencyKey } = stepContext()
    await this.mail.send({ to: 'payroll', subject: `Pay ${employee} ${euros(cents)}`, text: `Reference: ${idempotencyKey}` }, idempotencyKey)
    return idempotencyKey
  }

  @Step()
  async tell({ employee, cents }: Expense, state: State, comment: string): Promise<void> {
    await this.mail.send({ to: employee, subject: `Your ${euros(cents)}: ${state}`, text: comment }, stepContext().idempotencyKey)
  }

  @Query()
  status(): ExpenseStatus {
    const { expense, state, reminders, comment } = this
    if (!expense) throw new ApplicationError('The expense has not been looked at yet.')
    return { ...expense, state, reminders, comment }
  }

  @Run()
  async run(expense: Expense): Promise<Outcome> {
    this.expense = expense
    this.enter('submitted', { employee: expense.employee, manager: expense.manager, cents: expense.cents })
    const decision = expense.cents <= LIMIT_CENTS ? { approved: true, comment: 'small' } : await this.decide(expense)
    this.comment = decision?.comment ?? ''
    if (!decision?.approved) {
      this.enter(decision ? 'declined' : 'lapsed')
      await this.tell(expense, this.state, this.comment)
      return { state: this.state }
    }
    this.enter('approved')
    const payment = await this.pay(expense)
    this.enter('paid')
    await this.tell(expense, this.state, this.comment)
    return { state: this.state, payment }
  }

  /** What the manager says; undefined if nothing in time. The token stays the same, so each letter can be answered. */
  private async decide(expense: Expense): Promise<Decision | undefined> {
    const review = await externalToken('manager', { schema: Decision })
    for (const patience of PATIENCE) {
      await this.ask(expense, review.token, this.reminders)
      this.enter('waiting')
      const decision = await review.wait(patience)
      if (decision) return decision
      this.reminders++
    }
    return undefined
  }

  private enter(state: State, others: { employee?: string; manager?: string; cents?: number } = {}): void {
    this.state = state
    setAttributes(ExpenseWorkflow, { ...others, state })
  }
}

function euros(cents: number): string {
  return `${(cents / 100).toFixed(2)} €`
}
