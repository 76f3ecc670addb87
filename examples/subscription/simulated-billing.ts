import { ApplicationError } from '@baton/sdk'
import type { Billing } from './billing.ts'

/** A payment service in memory: it charges once for a key, and declines a customer's card as often as it is told to. */
export class SimulatedBilling implements Billing {
  readonly charges = new Map<string, number>()
  readonly letters: string[] = []
  readonly #declines: Map<string, number>

  constructor(declines: Readonly<Record<string, number>> = {}) {
    this.#declines = new Map(Object.entries(declines))
  }

  async charge(customer: string, cents: number, key: string): Promise<void> {
    const left = this.#declines.get(customer) ?? 0
    if (left > 0) {
      this.#declines.set(customer, left - 1)
      throw new ApplicationError(`The card of ${customer} was declined`, { type: 'CardDeclined' })
    }
    this.charges.set(key, cents)
  }

  async tell(customer: string, what: string): Promise<void> {
    this.letters.push(`${customer}: ${what}`)
  }

  get total(): number {
    return [...this.charges.values()].reduce((sum, cents) => sum + cents, 0)
  }
}
