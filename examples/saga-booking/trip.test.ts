import { CompensationFailed } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import '@baton/testing/vitest'
import { describe, expect, test } from 'vitest'
import { simulatedAgencies } from './simulated-agency.ts'
import { TripBooking } from './trip.ts'
import type { Trip } from './trip-types.ts'

const trip = (city: string): Trip => ({ id: 't1', traveller: 'ann', city, nights: 2, holdForMs: 24 * 3_600_000 })

function travelAgency() {
  const agencies = simulatedAgencies()
  const env = new TestEnvironment({ workflows: [{ workflow: TripBooking, create: () => new TripBooking(agencies) }] })
  const booked = (): readonly string[] => [...agencies.hotels.booked, ...agencies.cars.booked, ...agencies.flights.booked]
  return { env, booked, [Symbol.asyncDispose]: () => env.close() }
}

describe('trip', () => {
  test('is booked when the traveller confirms', async () => {
    await using agency = travelAgency()
    const handle = await agency.env.start(TripBooking, { id: 't1', input: trip('Lisbon') })
    agency.env.at('20h', async () => {
      expect(await handle.query('status')).toBe('held')
      await handle.signal('confirm')
    })
    await expect(handle).toHaveCompletedWith(expect.objectContaining({ cents: 2 * (12_000 + 4_500 + 9_900) }))
    expect(agency.booked()).toEqual(['t1/bookHotel', 't1/bookCar', 't1/bookFlight'])
  })

  test('without a seat the car and the hotel are cancelled, the car first', async () => {
    await using agency = travelAgency()
    const handle = await agency.env.start(TripBooking, { id: 't1', input: trip('Atlantis') })
    await expect(handle).toHaveFailedWith('nothing left in Atlantis')
    await expect(handle).toHaveRunSteps(['bookHotel', 'bookCar', 'bookFlight', 'cancelCar', 'cancelHotel'])
    expect(agency.booked()).toEqual([])
  })

  test('that nobody confirms is cancelled after a day', async () => {
    await using agency = travelAgency()
    const start = agency.env.now().getTime()
    const handle = await agency.env.start(TripBooking, { id: 't1', input: trip('Lisbon') })
    await expect(handle).toHaveFailedWith({ type: 'NotConfirmed' })
    expect(agency.env.now().getTime() - start).toBe(24 * 3_600_000)
    expect(agency.booked()).toEqual([])
  })

  test('is undone when it is stopped while it is held', async () => {
    await using agency = travelAgency()
    const handle = await agency.env.start(TripBooking, { id: 't1', input: trip('Lisbon') })
    agency.env.at('1h', () => handle.stop('ill'))
    await expect(handle.result()).rejects.toMatchObject({ code: 'ExecutionStopped', cause: { reason: 'ill' } })
    expect((await handle.history()).flatMap(({ command }) => (command?.startsWith('compensate/') ? [command] : []))).toEqual([
      'compensate/cancelFlight', 'compensate/cancelCar', 'compensate/cancelHotel',
    ])
    expect(agency.booked()).toEqual([])
  })

  test('is undone when it is stopped while a booking is under way', async () => {
    await using agency = travelAgency()
    agency.env.mock(TripBooking, 'bookCar').mockDelay('2h')
    const handle = await agency.env.start(TripBooking, { id: 't1', input: trip('Lisbon') })
    agency.env.at('1h', () => handle.stop())
    await expect(handle.result()).rejects.toMatchObject({ code: 'ExecutionStopped' })
    expect(agency.booked()).toEqual([])
  })

  test('says what could not be cancelled, and cancels the rest', async () => {
    await using agency = travelAgency()
    const handle = await agency.env.start(TripBooking, { id: 't1', input: trip('Monaco') })
    const { cause } = await handle.result().catch((error: unknown) => error as Error) as Error
    expect(cause).toBeInstanceOf(CompensationFailed)
    const { failures, cause: first } = cause as CompensationFailed
    expect(failures.map(({ step }) => step)).toEqual(['cancelCar'])
    expect(first).toMatchObject({ type: 'NotConfirmed' })
    expect(agency.booked()).toEqual(['t1/bookCar'])
  })

  test('a cancellation that fails for hours is tried again', async () => {
    await using agency = travelAgency()
    agency.env.mock(TripBooking, 'cancelHotel').fails(new Error('nobody answers'), { times: 10 })
    const handle = await agency.env.start(TripBooking, { id: 't1', input: trip('Atlantis') })
    await expect(handle).toHaveFailedWith('nothing left in Atlantis')
    expect(agency.booked()).toEqual([])
  })

  test.each(['cancelFlight', 'cancelCar', 'cancelHotel'] as const)('is undone though the worker dies during %s', async (step) => {
    await using agency = travelAgency()
    agency.env.mock(TripBooking, step).mockDelay('2h')
    const handle = await agency.env.start(TripBooking, { id: 't1', input: trip('Lisbon') })
    agency.env.at('25h', () => agency.env.crash(handle))
    await expect(handle).toHaveFailedWith({ type: 'NotConfirmed' })
    expect(agency.env.calls(TripBooking, step)).toHaveLength(2)
    await expect(handle).toHaveRunSteps(['bookHotel', 'bookCar', 'bookFlight', 'cancelFlight', 'cancelCar', 'cancelHotel'])
    expect(agency.booked()).toEqual([])
  })
})
