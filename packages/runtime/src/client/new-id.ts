import { randomFillSync } from 'node:crypto'

/** Crockford's base 32. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Chance is drawn for many at once: the call costs more than all the rest. */
const chances = Buffer.alloc(4096)
let next = chances.length

/**
 * A ULID: 48 bits of time, 80 of chance, 26 characters. Ids in the order of time keep the index's hot end small; each event and its
 * index entry bear the id, ten bytes less of it than of a UUID.
 *
 * Source: https://github.com/ulid/spec
 */
export function newId(now = Date.now()): string {
  let time = ''
  for (let left = now; time.length < 10; left = Math.floor(left / 32)) time = DIGITS.charAt(left % 32) + time
  if (next === chances.length) {
    randomFillSync(chances)
    next = 0
  }
  let chance = ''
  for (const end = next + 16; next < end; next++) chance += DIGITS.charAt(chances.readUInt8(next) % 32)
  return time + chance
}
