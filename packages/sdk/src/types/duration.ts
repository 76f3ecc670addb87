import { DefinitionError } from '../errors/definition-error.ts'

/** A length of time: milliseconds, or a number with its unit, such as `'30s'`, `'1.5h'` or `'7d'`. */
export type Duration = number | `${number}${Unit}`
type Unit = 'ms' | 's' | 'm' | 'h' | 'd' | 'w'

const MS: Record<Unit, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** The longest duration Baton takes: 100 years, so that a due time always fits Postgres and JavaScript alike. */
const MAX_MS = 100 * 365 * MS.d

/**
 * Milliseconds of a duration, rounded up to a whole one.
 *
 * @throws DefinitionError `InvalidDuration` if it is negative, not finite, without a known unit or longer than 100 years.
 * @example parseDuration('1.5h') // 5_400_000
 */
export function parseDuration(duration: Duration): number {
  const ms = typeof duration === 'number' ? duration : parseText(duration)
  if (!(ms >= 0 && ms <= MAX_MS)) {
    throw new DefinitionError(
      'InvalidDuration',
      `'${String(duration)}' is not a duration: give milliseconds or a number with ms, s, m, h, d or w, at most 100 years.`,
    )
  }
  return Math.ceil(ms)
}

function parseText(text: unknown): number {
  const match = typeof text === 'string' ? /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text.trim()) : null
  if (!match) return Number.NaN
  // 15 digits: what binary fractions add in the last place must not become a millisecond.
  return Number((Number(match[1]) * MS[match[2] as Unit]).toPrecision(15))
}
