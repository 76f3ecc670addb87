import pg from 'pg'
import { z } from 'zod'

export const Customer = z.object({ id: z.string().min(1), name: z.string().min(1), email: z.email(), cents: z.coerce.number().int().nonnegative() })
export type Customer = z.infer<typeof Customer>

/** Where customers are kept. Saving one again changes nothing. */
export interface Customers {
  save(customer: Customer): Promise<void>
}

/** Customers in a table, with how often each was saved. */
export class TableCustomers implements Customers, AsyncDisposable {
  readonly #pool: pg.Pool

  constructor(url: string) {
    this.#pool = new pg.Pool({ connectionString: url, max: 4 })
    this.#pool.on('error', () => {}) // an idle connection that breaks is replaced
  }

  async prepare(): Promise<void> {
    await this.#pool.query('create table if not exists customers (id text primary key, name text, email text, cents integer, saved integer not null default 1)')
  }

  async save({ id, name, email, cents }: Customer): Promise<void> {
    await this.#pool.query({
      name: 'save-customer',
      text: `insert into customers values ($1, $2, $3, $4) on conflict (id)
        do update set name = excluded.name, email = excluded.email, cents = excluded.cents, saved = customers.saved + 1`,
      values: [id, name, email, cents],
    })
  }

  async count(): Promise<number> {
    const { rows } = await this.#pool.query<{ n: number }>('select count(*)::int as n from customers')
    return rows[0]?.n ?? 0
  }

  /** The ids of those that were saved more than once. */
  async savedAgain(): Promise<readonly string[]> {
    const { rows } = await this.#pool.query<{ id: string }>('select id from customers where saved > 1')
    return rows.map(({ id }) => id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end()
  }
}
