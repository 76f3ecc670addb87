import { ApplicationError, Run, Step, stepContext, StepFailed, Workflow } from '@baton/sdk'
import { stepTransaction } from '@baton/runtime'
import { z } from 'zod'
import type { Bank } from './bank.ts'
import type { Notices } from './notices.ts'

export const Transfer = z.object({ id: z.string().min(1), from: z.string().min(1), to: z.string().min(1), cents: z.int().positive() })
  .refine(({ from, to }) => from !== to, 'the two accounts are one')
export type Transfer = z.infer<typeof Transfer>

/** What both have afterwards. */
export const Balances = z.object({ from: z.int(), to: z.int() })
export type Balances = z.infer<typeof Balances>

/** Moves money from one account to another, once, and tells the customer. */
@Workflow({ name: 'transfer', input: Transfer, output: Balances })
export class TransferWorkflow {
  constructor(private readonly notices: Notices) {}

  /** What it writes and its outcome in the log are one commit: whoever dies where, the money has moved once or not yet. */
  @Step({ transactional: true })
  async book({ id, from, to, cents }: Transfer): Promise<Balances> {
    const bank = stepTransaction<Bank>()
    // Locked in the order of their ids, so that a transfer and one the other way never wait for each other.
    const accounts = await bank.selectFrom('bank.accounts').selectAll().where('id', 'in', [from, to]).orderBy('id').forUpdate().execute()
    const balanceOf = (account: string): number => {
      const found = accounts.find((each) => each.id === account)
      if (!found) throw new ApplicationError(`There is no account '${account}'.`, { type: 'NoAccount' })
      return found.cents
    }
    const after = { from: balanceOf(from) - cents, to: balanceOf(to) + cents }
    if (after.from < 0) throw new ApplicationError(`'${from}' has ${balanceOf(from)} cents, not ${cents}.`, { type: 'InsufficientFunds' })
    await bank.updateTable('bank.accounts').set({ cents: after.from }).where('id', '=', from).execute()
    await bank.updateTable('bank.accounts').set({ cents: after.to }).where('id', '=', to).execute()
    await bank.insertInto('bank.bookings').values([
      { transfer: id, account: from, cents: -cents },
      { transfer: id, account: to, cents },
    ]).execute()
    return after
  }

  /** At least once, as everything outside of the database; its key makes it one notice. */
  @Step({ retry: { maxAttempts: 10 } })
  async notify(customer: string, text: string): Promise<void> {
    await this.notices.tell(customer, text, stepContext().idempotencyKey)
  }

  @Run()
  async run(transfer: Transfer): Promise<Balances> {
    const { id, from, to, cents } = transfer
    try {
      const balances = await this.book(transfer)
      await this.notify(from, `${id}: ${cents} cents went to ${to}; you have ${balances.from}.`)
      return balances
    } catch (error) {
      if (!(error instanceof StepFailed && error.cause instanceof ApplicationError)) throw error
      await this.notify(from, `${id} was refused: ${error.cause.message}`)
      throw error.cause
    }
  }
}
