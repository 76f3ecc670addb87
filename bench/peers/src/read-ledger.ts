import type { Engine, Ledger } from '../../src/engines/engine.ts'

/** The driver's connection, as its own pg describes it. */
export type Admin = Parameters<NonNullable<Engine['ledger']>>[0]

/** `sql` selects one row of the ledger's fields. */
export async function readLedger(admin: Admin, sql: string): Promise<Ledger> {
  const { rows } = await admin.query<Ledger>(sql)
  const [ledger] = rows
  if (!ledger) throw new Error('The tables of the engine did not answer.')
  return ledger
}
