import { ApplicationError } from '@baton/sdk'
import type { Agency, Agencies } from './agency.ts'
import type { Booking, Trip } from './trip-types.ts'

/** What an agency refuses. */
export interface Refusals {
  /** Cities in which it has nothing. */
  readonly soldOut?: readonly string[]
  /** Cities in which it takes nothing back. */
  readonly nonRefundable?: readonly string[]
}

/** An agency in memory: what is booked there, under which keys. */
export class SimulatedAgency implements Agency {
  readonly #name: string
  readonly #cents: number
  readonly #refusals: Refusals
  readonly #booked = new Map<string, Booking & { readonly city: string }>()

  constructor(name: string, cents: number, refusals: Refusals = {}) {
    this.#name = name
    this.#cents = cents
    this.#refusals = refusals
  }

  async book({ city, nights }: Trip, key: string): Promise<Booking> {
    if (this.#refusals.soldOut?.includes(city)) throw new ApplicationError(`${this.#name}: nothing left in ${city}`, { type: 'SoldOut' })
    const booking = this.#booked.get(key) ?? { agency: this.#name, reference: key, cents: this.#cents * nights, city }
    this.#booked.set(key, booking)
    const { city: _, ...told } = booking
    return told
  }

  async cancel(reference: string): Promise<void> {
    const booking = this.#booked.get(reference)
    if (booking && this.#refusals.nonRefundable?.includes(booking.city)) {
      throw new ApplicationError(`${this.#name}: ${reference} cannot be given back`, { type: 'NonRefundable' })
    }
    this.#booked.delete(reference)
  }

  /** References of what is booked and has not been cancelled. */
  get booked(): readonly string[] {
    return [...this.#booked.keys()]
  }
}

/** There are no seats to Atlantis, and cars in Monaco are not taken back. */
export function simulatedAgencies(): { readonly [K in keyof Agencies]: SimulatedAgency } {
  return {
    hotels: new SimulatedAgency('hotels', 12_000),
    cars: new SimulatedAgency('cars', 4_500, { nonRefundable: ['Monaco'] }),
    flights: new SimulatedAgency('flights', 9_900, { soldOut: ['Atlantis'] }),
  }
}
