import { WrongContext } from '@baton/sdk'
import { currentHost } from '@baton/sdk/host'
import type { StepTransaction } from './transactional-steps.ts'

const transactions = new WeakMap<object, StepTransaction<unknown>>()

/** Makes a transaction known to the step whose context this is. */
export function enlist(context: object, transaction: StepTransaction<unknown>): void {
  transactions.set(context, transaction)
}

/**
 * The transaction of the step that is running: what is written through it is committed together with the step's outcome, once.
 * Do not end it yourself. `T` are your tables, as kysely has them.
 *
 * @throws WrongContext outside a step with `transactional: true`.
 * @example
 * @Step({ transactional: true }) async debit(account: string, amount: number): Promise<void> {
 *   await stepTransaction<Bank>().updateTable('accounts').set((eb) => ({ balance: eb('balance', '-', amount) })).where('id', '=', account).execute()
 * }
 */
export function stepTransaction<T>(): StepTransaction<T> {
  const context = currentHost()?.step()
  const transaction = context && transactions.get(context)
  if (!transaction) {
    throw new WrongContext('stepTransaction() was called outside a step with transactional: true; only the body of such a step has a transaction.')
  }
  return transaction as StepTransaction<T>
}
