import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newId } from '../../packages/runtime/src/client/new-id.ts'

test('an id is 19 digits of base 58, safe wherever names stand, and none is like another', () => {
  const ids = Array.from({ length: 1_000 }, () => newId())
  for (const id of ids) expect(id).toMatch(/^[1-9A-HJ-NP-Za-km-z]{19}$/)
  expect(new Set(ids).size).toBe(1_000)
})

test('ids sort as the times they were made at', () => {
  const time = fc.integer({ min: 0, max: 58 ** 8 - 1 })
  fc.assert(fc.property(time, time, (one, other) => {
    const [a, b] = [newId(one).slice(0, 8), newId(other).slice(0, 8)]
    expect(Buffer.compare(Buffer.from(a), Buffer.from(b))).toBe(Math.sign(one - other))
  }))
  expect(newId(0)).toMatch(/^1{8}/)
  expect(newId(58 ** 8 - 1)).toMatch(/^z{8}/)
  expect(new Date(58 ** 8).getUTCFullYear()).toBe(6028)
})

test('each digit of chance is as likely', () => {
  const counts = new Map<string, number>()
  for (let i = 0; i < 10_000; i++) for (const digit of newId().slice(8)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
  expect(counts.size).toBe(58)
  const wanted = 110_000 / 58
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - wanted) ** 2 / wanted, 0)
  expect(chiSquare).toBeLessThan(150) // of 57 degrees of freedom: above by chance once in a thousand million runs
})
