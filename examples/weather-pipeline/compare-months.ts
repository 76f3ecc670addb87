import { MONTHS, type Month } from './months.ts'
import type { MonthSummary } from './summarize.ts'

/** The months beside each other. */
export interface Year {
  /** From January on. */
  readonly months: readonly MonthSummary[]
  readonly days: number
  /** Millimetres in a year, on average. */
  readonly precipitation: number
  readonly warmest: Month
  readonly coldest: Month
  readonly wettest: Month
  readonly driest: Month
  readonly sunniest: Month
}

export function compareMonths(by: Readonly<Record<Month, MonthSummary>>): Year {
  const months = MONTHS.map((month) => by[month])
  const most = (value: (month: MonthSummary) => number): Month =>
    months.reduce((best, month) => (value(month) > value(best) ? month : best)).month
  return {
    months,
    days: months.reduce((days, month) => days + month.days, 0),
    precipitation: Math.round(months.reduce((total, month) => total + month.precipitation, 0)),
    warmest: most((month) => month.meanHigh),
    coldest: most((month) => -month.meanLow),
    wettest: most((month) => month.precipitation),
    driest: most((month) => -month.precipitation),
    sunniest: most((month) => month.weather.sun / month.days),
  }
}
