import { randomFillSync } from 'node:crypto'

/** Base 58: digits and letters but those that look alike, in the order of their bytes. */
const DIGITS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** Bytes below it are as likely to end in each digit. */
const FAIR = 256 - (256 % DIGITS.length)

const TIME = 8
const CHANCE = 11

/** Chance is drawn for many at once: the call costs more than all the rest. */
const chances = Buffer.alloc(4096)
let next = chances.length

/**
 * Milliseconds, to the year 6028, and 64 bits of chance, in 19 characters. Ids in the order of time keep the index's hot end small.
 * Each event and each index entry bears the id: with its length it takes 20 bytes, which with the number of an event are 24, and
 * none is lost to alignment.
 */
export function newId(now = Date.now()): string {
  let time = ''
  for (let left = now; time.length < TIME; left = Math.floor(left / DIGITS.length)) time = DIGITS.charAt(left % DIGITS.length) + time
  let chance = ''
  while (chance.length < CHANCE) {
    if (next === chances.length) {
      randomFillSync(chances)
      next = 0
    }
    const byte = chances.readUInt8(next++)
    if (byte < FAIR) chance += DIGITS.charAt(byte % DIGITS.length)
  }
  return time + chance
}
