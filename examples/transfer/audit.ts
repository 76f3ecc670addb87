import type { BankDatabase } from './bank.ts'

/** What an auditor asks of the books. */
export interface Audit {
  readonly money: number
  /** Accounts whose balance is not what they began with and their bookings. */
  readonly wrong: readonly string[]
  /** How often each transfer was booked, by its id. */
  readonly booked: ReadonlyMap<string, number>
}

export async function audit(bank: BankDatabase, begunWith: number): Promise<Audit> {
  const accounts = await bank.selectFrom('bank.accounts').selectAll().execute()
  const bookings = await bank.selectFrom('bank.bookings').selectAll().execute()
  const sumOf = (id: string): number => bookings.filter(({ account }) => account === id).reduce((sum, { cents }) => sum + cents, begunWith)
  const booked = new Map<string, number>()
  for (const { transfer, cents } of bookings) if (cents > 0) booked.set(transfer, (booked.get(transfer) ?? 0) + 1)
  return {
    money: accounts.reduce((sum, { cents }) => sum + cents, 0),
    wrong: accounts.filter(({ id, cents }) => cents !== sumOf(id)).map(({ id }) => id),
    booked,
  }
}
