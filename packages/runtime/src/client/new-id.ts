import { randomBytes } from 'node:crypto'

/** Crockford's base 32. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * A ULID: 48 bits of time, 80 of chance, 26 characters. Ids in the order of time keep the index's hot end small; each event and its
 * index entry bear the id, ten bytes less of it than of a UUID.
 *
 * Source: https://github.com/ulid/spec
 */
export function newId(now = Date.now()): string {
  let time = ''
  for (let left = now; time.length < 10; left = Math.floor(left / 32)) time = `${DIGITS[left % 32]}${time}`
  let chance = ''
  for (const byte of randomBytes(16)) chance += DIGITS[byte % 32]
  return time + chance
}
