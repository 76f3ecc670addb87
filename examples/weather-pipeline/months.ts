/** The months, as the steps are named. */
export const MONTHS = [
  'january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december',
] as const
export type Month = (typeof MONTHS)[number]

/** The month of a date such as `2012-03-31`. */
export function monthOf(date: string): Month {
  const month = MONTHS[Number(date.slice(5, 7)) - 1]
  if (!month) throw new RangeError(`'${date}' has no month.`)
  return month
}

/** `March` of `march`. */
export function monthTitle(month: Month): string {
  return month.charAt(0).toUpperCase() + month.slice(1)
}
