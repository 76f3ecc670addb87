// Books a few trips in one process: one is confirmed, the others come to nothing, each in its way.
import { resolveDatabaseUrl } from '@baton/embedded'
import { Baton, type ExecutionFailed, migrate, Worker } from '@baton/runtime'
import { CompensationFailed } from '@baton/sdk'
import { simulatedAgencies } from './simulated-agency.ts'
import { TripBooking } from './trip.ts'

const SCHEMA = 'baton_examples'
const agencies = simulatedAgencies()

await using database = await resolveDatabaseUrl()
await migrate(database.url, { schema: SCHEMA })
await using worker = await Worker.start({
  url: database.url, schema: SCHEMA, workflows: [{ workflow: TripBooking, create: () => new TripBooking(agencies) }],
})
await using baton = await Baton.connect(database.url, { schema: SCHEMA })
console.log(`Booking with worker ${worker.id}`)

const book = (traveller: string, city: string, holdForMs = 60_000) => {
  const id = `${city}-${Date.now()}`
  return baton.start(TripBooking, { id, input: { id, traveller, city, nights: 3, holdForMs } })
}

const [lisbon, atlantis, monaco, oslo] = await Promise.all([
  book('ann', 'Lisbon'),
  book('bob', 'Atlantis'), // no seats
  book('cy', 'Monaco', 300), // cy does not answer
  book('dan', 'Oslo'), // dan is ill
])
await lisbon.signal('confirm')
await oslo.stop('the traveller is ill')

for (const trip of [lisbon, atlantis, monaco, oslo]) {
  try {
    const { bookings, cents } = await trip.result()
    console.log(`${trip.id}: ${bookings.map(({ agency }) => agency).join(', ')} for ${(cents / 100).toFixed(2)}`)
  } catch (error) {
    const { message, cause } = error as ExecutionFailed
    console.log(message)
    if (cause instanceof CompensationFailed) for (const { step, error: why } of cause.failures) console.log(`  to be seen to: ${step}: ${why.message}`)
  }
}
console.log('still booked:', [...agencies.hotels.booked, ...agencies.cars.booked, ...agencies.flights.booked])
