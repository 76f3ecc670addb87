import { z } from 'zod'

/** What the data calls the weather of a day, in the order pictures stack it. */
export const WEATHERS = ['sun', 'fog', 'drizzle', 'rain', 'snow'] as const

/** One day at one place, as a row of the file. */
export const Day = z.object({
  location: z.string(),
  date: z.iso.date(),
  /** Millimetres. */
  precipitation: z.coerce.number(),
  /** Degrees Celsius. */
  temp_max: z.coerce.number(),
  temp_min: z.coerce.number(),
  /** Metres a second. */
  wind: z.coerce.number(),
  weather: z.enum(WEATHERS),
})
export type Day = z.infer<typeof Day>
