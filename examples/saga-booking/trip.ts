import { ApplicationError, condition, Query, Run, Signal, Step, stepContext, Workflow } from '@baton/sdk'
import type { Agencies } from './agency.ts'
import { Booking, Itinerary, Trip, type TripStatus } from './trip-types.ts'

/**
 * A saga: hotel, car and flight are booked one after the other and held until the traveller confirms. If one is not to be had, nobody
 * confirms in time or the trip is stopped, what has been booked is cancelled, the last booking first.
 */
@Workflow({ name: 'trip-booking', input: Trip, output: Itinerary })
export class TripBooking {
  #status: TripStatus = 'booking'
  #confirmed = false

  constructor(private readonly agencies: Agencies) {}

  @Signal() confirm(): void {
    this.#confirmed = true
  }

  @Query() status(): TripStatus {
    return this.#status
  }

  @Step({ compensate: 'cancelHotel' })
  async bookHotel(trip: Trip): Promise<Booking> {
    return this.agencies.hotels.book(trip, stepContext().idempotencyKey)
  }

  @Step({ compensate: 'cancelCar' })
  async bookCar(trip: Trip): Promise<Booking> {
    return this.agencies.cars.book(trip, stepContext().idempotencyKey)
  }

  @Step({ compensate: 'cancelFlight' })
  async bookFlight(trip: Trip): Promise<Booking> {
    return this.agencies.flights.book(trip, stepContext().idempotencyKey)
  }

  // A compensation gets what its step returned. It is tried for days: what it gives up, a person must see to.
  @Step({ retry: { maxAttempts: 20, delay: '1m', maxDelay: '6h' } })
  async cancelHotel({ reference }: Booking): Promise<void> {
    await this.agencies.hotels.cancel(reference, stepContext().idempotencyKey)
  }

  @Step({ retry: { maxAttempts: 20, delay: '1m', maxDelay: '6h' } })
  async cancelCar({ reference }: Booking): Promise<void> {
    await this.agencies.cars.cancel(reference, stepContext().idempotencyKey)
  }

  @Step({ retry: { maxAttempts: 20, delay: '1m', maxDelay: '6h' } })
  async cancelFlight({ reference }: Booking): Promise<void> {
    await this.agencies.flights.cancel(reference, stepContext().idempotencyKey)
  }

  @Run()
  async run(trip: Trip): Promise<Itinerary> {
    const bookings = [await this.bookHotel(trip), await this.bookCar(trip), await this.bookFlight(trip)]
    this.#status = 'held'
    if (!(await condition(() => this.#confirmed, trip.holdForMs))) {
      throw new ApplicationError(`${trip.traveller} has not confirmed the trip to ${trip.city}`, { type: 'NotConfirmed' })
    }
    this.#status = 'confirmed'
    return { tripId: trip.id, bookings, cents: bookings.reduce((sum, { cents }) => sum + cents, 0) }
  }
}
