import { z } from 'zod'

export const Trip = z.object({
  id: z.string().min(1),
  traveller: z.string().min(1),
  city: z.string().min(1),
  nights: z.int().positive(),
  /** How long the bookings are held for the traveller's word, in ms. */
  holdForMs: z.int().positive().default(24 * 3_600_000),
})
export type Trip = z.infer<typeof Trip>

export const Booking = z.object({ agency: z.string(), reference: z.string(), cents: z.int().nonnegative() })
export type Booking = z.infer<typeof Booking>

export const Itinerary = z.object({ tripId: z.string(), bookings: z.array(Booking), cents: z.int().nonnegative() })
export type Itinerary = z.infer<typeof Itinerary>

/** Where a trip stands. */
export type TripStatus = 'booking' | 'held' | 'confirmed'
