import type { Booking, Trip } from './trip-types.ts'

/** Where rooms, cars or seats are booked. Both calls may be repeated under the same key, and then do nothing more. */
export interface Agency {
  /** @throws if there is nothing to be had. */
  book(trip: Trip, key: string): Promise<Booking>
  /** @throws if the booking cannot be given back. */
  cancel(reference: string, key: string): Promise<void>
}

/** The agencies a trip needs. */
export interface Agencies {
  readonly hotels: Agency
  readonly cars: Agency
  readonly flights: Agency
}
