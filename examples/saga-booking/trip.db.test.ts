import { CompensationFailed } from '@baton/sdk'
import { Baton, Worker } from '@baton/runtime'
import { describe, expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { simulatedAgencies } from './simulated-agency.ts'
import { TripBooking } from './trip.ts'
import type { Trip } from './trip-types.ts'

const trip = (id: string, city: string, holdForMs = 3_600_000): Trip => ({ id, traveller: 'ann', city, nights: 2, holdForMs })

/** A client and two workers, whose executions leave memory as soon as they wait. */
async function travelAgency() {
  await using stack = new AsyncDisposableStack()
  const agencies = simulatedAgencies()
  const { url } = stack.use(await createDatabase())
  const start = (): Promise<Worker> => Worker.start({ url, workflows: [{ workflow: TripBooking, create: () => new TripBooking(agencies) }], parkAfter: 20 })
  const workers = [await start(), await start()]
  stack.defer(async () => {
    for (const worker of workers) await worker[Symbol.asyncDispose]()
  })
  const baton = stack.use(await Baton.connect(url))
  const booked = (): readonly string[] => [...agencies.hotels.booked, ...agencies.cars.booked, ...agencies.flights.booked]
  /** All workers go home, and one that knows nothing begins. */
  const changeShift = async (): Promise<void> => {
    for (const worker of workers.splice(0)) await worker[Symbol.asyncDispose]()
    workers.push(await start())
  }
  const owned = stack.move()
  return { baton, changeShift, booked, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

describe('trip', () => {
  test('is booked when the traveller confirms', async () => {
    await using agency = await travelAgency()
    const handle = await agency.baton.start(TripBooking, { id: 't1', input: trip('t1', 'Lisbon') })
    await expect.poll(() => handle.query('status'), { timeout: 10_000 }).toBe('held')
    await handle.signal('confirm')
    expect(await handle.result()).toMatchObject({ tripId: 't1', cents: 2 * (12_000 + 4_500 + 9_900) })
    expect(agency.booked()).toEqual(['t1/bookHotel', 't1/bookCar', 't1/bookFlight'])
  })

  test('is undone, the last booking first: without a seat, without an answer, and when it is stopped', async () => {
    await using agency = await travelAgency()
    const { baton } = agency
    const noSeat = await baton.start(TripBooking, { id: 't1', input: trip('t1', 'Atlantis') })
    const noAnswer = await baton.start(TripBooking, { id: 't2', input: trip('t2', 'Lisbon', 100) })
    const stopped = await baton.start(TripBooking, { id: 't3', input: trip('t3', 'Oslo') })
    await expect.poll(() => stopped.query('status'), { timeout: 10_000 }).toBe('held')
    await stopped.stop('ill')
    await expect(noSeat.result()).rejects.toMatchObject({ code: 'ExecutionFailed', cause: { code: 'StepFailed', step: 'bookFlight' } })
    await expect(noAnswer.result()).rejects.toMatchObject({ code: 'ExecutionFailed', cause: { type: 'NotConfirmed' } })
    await expect(stopped.result()).rejects.toMatchObject({ code: 'ExecutionStopped', cause: { reason: 'ill' } })
    const undone = (await stopped.history()).flatMap(({ command }) => (command?.startsWith('compensate/') ? [command] : []))
    expect(undone).toEqual(['compensate/cancelFlight', 'compensate/cancelCar', 'compensate/cancelHotel'])
    expect(agency.booked()).toEqual([])
  })

  test('says what could not be cancelled', async () => {
    await using agency = await travelAgency()
    const failed = await agency.baton.execute(TripBooking, { id: 't1', input: trip('t1', 'Monaco', 50) }).catch((error: unknown) => error as Error) as Error
    expect(failed.cause).toBeInstanceOf(CompensationFailed)
    expect((failed.cause as CompensationFailed).failures.map(({ step, error }) => [step, error.message])).toEqual([
      ['cancelCar', expect.stringContaining('cannot be given back') as string],
    ])
    expect(agency.booked()).toEqual(['t1/bookCar'])
  })

  test('is undone by another worker than the one that has booked it', async () => {
    await using agency = await travelAgency()
    const handle = await agency.baton.start(TripBooking, { id: 't1', input: trip('t1', 'Lisbon') })
    await expect.poll(() => handle.query('status'), { timeout: 10_000 }).toBe('held')
    await agency.changeShift()
    await handle.stop()
    await expect(handle.result()).rejects.toMatchObject({ code: 'ExecutionStopped' })
    expect(agency.booked()).toEqual([])
  })
})
