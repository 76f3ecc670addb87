import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newId } from '../../packages/runtime/src/client/new-id.ts'

test('an id is 23 digits of base 32, and none is like another', () => {
  const ids = Array.from({ length: 1_000 }, () => newId())
  for (const id of ids) expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{23}$/)
  expect(new Set(ids).size).toBe(1_000)
})

test('ids sort as the times they were made at', () => {
  const time = fc.integer({ min: 0, max: 2 ** 45 - 1 })
  fc.assert(fc.property(time, time, (one, other) => {
    const [a, b] = [newId(one).slice(0, 9), newId(other).slice(0, 9)]
    expect(a < b).toBe(one < other)
  }))
  expect(newId(1_469_918_176_385).slice(0, 9)).toBe('1ARYZ6S41') // of the specification of ULIDs, without its first digit
})
