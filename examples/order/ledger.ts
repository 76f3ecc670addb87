import type { Charge } from './order-types.ts'

/** The payment service's own database: what it has booked, and how often it was asked. */
export interface Ledger {
  /** Notes a call and says the how many-th of its key it is, counted from 1. */
  called(key: string): Promise<number>
  /** Books the charge unless the key has one already; gives the one that is booked. */
  book(key: string, charge: Charge): Promise<Charge>
  /** All that is booked. */
  charges(): Promise<readonly Charge[]>
}

/** A ledger for one process. */
export class MemoryLedger implements Ledger {
  readonly #calls = new Map<string, number>()
  readonly #booked = new Map<string, Charge>()

  async called(key: string): Promise<number> {
    const calls = (this.#calls.get(key) ?? 0) + 1
    this.#calls.set(key, calls)
    return calls
  }

  async book(key: string, charge: Charge): Promise<Charge> {
    const booked = this.#booked.get(key) ?? charge
    this.#booked.set(key, booked)
    return booked
  }

  async charges(): Promise<readonly Charge[]> {
    return [...this.#booked.values()]
  }
}
