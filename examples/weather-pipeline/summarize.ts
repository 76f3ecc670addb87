import type { Day } from './day.ts'
import type { Month } from './months.ts'

interface Extreme {
  readonly value: number
  readonly date: string
}

/** One month over all years of the data. */
export interface MonthSummary {
  readonly month: Month
  readonly days: number
  /** Means of the daily extremes, °C. */
  readonly meanHigh: number
  readonly meanLow: number
  readonly recordHigh: Extreme
  readonly recordLow: Extreme
  /** Millimetres in one such month, on average. */
  readonly precipitation: number
  /** Metres a second, on average. */
  readonly wind: number
  /** Days by weather. */
  readonly weather: Readonly<Record<Day['weather'], number>>
}

/** @throws RangeError for a month without days. */
export function summarize(month: Month, days: readonly Day[]): MonthSummary {
  const years = new Set(days.map(({ date }) => date.slice(0, 4))).size
  return {
    month,
    days: days.length,
    meanHigh: mean(days.map((day) => day.temp_max)),
    meanLow: mean(days.map((day) => day.temp_min)),
    recordHigh: extreme(days, (day) => day.temp_max),
    recordLow: extreme(days, (day) => day.temp_min, -1),
    precipitation: tenths(sum(days.map((day) => day.precipitation)) / years),
    wind: mean(days.map((day) => day.wind)),
    weather: countWeather(days),
  }
}

/** The first day whose value is the highest, or with direction -1 the lowest. */
function extreme(days: readonly Day[], value: (day: Day) => number, direction: 1 | -1 = 1): Extreme {
  const [first, ...others] = days
  if (!first) throw new RangeError('A month without days has no extremes.')
  const found = others.reduce((best, day) => (direction * (value(day) - value(best)) > 0 ? day : best), first)
  return { value: value(found), date: found.date }
}

function countWeather(days: readonly Day[]): MonthSummary['weather'] {
  const counts = { sun: 0, fog: 0, drizzle: 0, rain: 0, snow: 0 }
  for (const { weather } of days) counts[weather]++
  return counts
}

function mean(values: readonly number[]): number {
  return tenths(sum(values) / values.length)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** One decimal, so that the report is the same to the byte on every machine. */
function tenths(value: number): number {
  return Math.round(value * 10) / 10
}
