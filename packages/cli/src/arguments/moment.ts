import { type Duration, parseDuration } from '@baton/sdk'
import { InvalidArgumentError } from 'commander'

/** Reads a date, or how long ago: `2026-01-31`, `2026-01-31T12:00:00Z`, `90m`, `2d`. */
export function moment(text: string): Date {
  if (/^\d+(?:\.\d+)?(?:ms|s|m|h|d|w)$/.test(text)) return new Date(Date.now() - parseDuration(text as Duration))
  const time = new Date(text)
  if (!/^\d{4}-/.test(text) || Number.isNaN(time.getTime())) throw new InvalidArgumentError("Give a date such as 2026-01-31, or how long ago, such as '2d'.")
  return time
}
