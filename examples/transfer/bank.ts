import { type Insertable, Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'

/** The bank's tables, in the same database as Baton's. */
export interface Bank {
  'bank.accounts': { id: string; cents: number }
  /** What customers have asked for, before anything moved. */
  'bank.orders': { id: string; from: string; to: string; cents: number }
  /** Two rows a transfer; their sum is 0. No key keeps a second booking out: that is the workflow's part. */
  'bank.bookings': { transfer: string; account: string; cents: number }
  /** What customers were told; the key makes the second telling nothing. */
  'bank.notices': { key: string; customer: string; text: string }
}

export type BankDatabase = Kysely<Bank>

/** The bank's own pool; dispose of it with `destroy()`. */
export function openBank(url: string, max = 4): BankDatabase {
  const pool = new pg.Pool({ connectionString: url, max })
  pool.on('error', () => {}) // an idle connection that breaks is replaced
  return new Kysely<Bank>({ dialect: new PostgresDialect({ pool }) })
}

/** Makes the tables unless they are there, and accounts with what they have. */
export async function prepareBank(bank: BankDatabase, accounts: readonly Insertable<Bank['bank.accounts']>[]): Promise<void> {
  await sql`create schema if not exists bank`.execute(bank)
  await sql`create table if not exists bank.accounts (id text primary key, cents integer not null check (cents >= 0))`.execute(bank)
  await sql`create table if not exists bank.orders (id text primary key, "from" text not null, "to" text not null, cents integer not null)`.execute(bank)
  await sql`create table if not exists bank.bookings (transfer text not null, account text not null, cents integer not null)`.execute(bank)
  await sql`create table if not exists bank.notices (key text primary key, customer text not null, text text not null)`.execute(bank)
  await bank.insertInto('bank.accounts').values([...accounts]).onConflict((conflict) => conflict.doNothing()).execute()
}
