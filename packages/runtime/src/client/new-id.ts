import { randomFillSync } from 'node:crypto'

/** Crockford's base 32. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Chance is drawn for many at once: the call costs more than all the rest. */
const chances = Buffer.alloc(4096)
let next = chances.length

/**
 * 45 bits of time, to the year 3084, and 70 of chance, in 23 characters; as a ULID, three shorter. Ids in the order of time keep the
 * index's hot end small. Each event and each index entry bears the id: with its length it takes 24 bytes, and none is lost to
 * alignment.
 *
 * Source: https://github.com/ulid/spec
 */
export function newId(now = Date.now()): string {
  let time = ''
  for (let left = now; time.length < 9; left = Math.floor(left / 32)) time = DIGITS.charAt(left % 32) + time
  if (next + 14 > chances.length) {
    randomFillSync(chances)
    next = 0
  }
  let chance = ''
  for (const end = next + 14; next < end; next++) chance += DIGITS.charAt(chances.readUInt8(next) % 32)
  return time + chance
}
