import { DefinitionError, type Duration, parseDuration } from '@baton/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
const HUNDRED_YEARS = 3_153_600_000_000

describe('parseDuration', () => {
  it.each<[Duration, number]>([
    [0, 0], [250, 250], [0.2, 1], [1_500.0001, 1_501],
    ['250ms', 250], ['30s', 30_000], ['5m', 300_000], ['1h', 3_600_000], ['7d', 604_800_000], ['2w', 1_209_600_000],
    ['1.5h', 5_400_000], ['0.5ms', 1], ['0s', 0], ['1.1s', 1_100], ['36500d', HUNDRED_YEARS],
  ])('takes %j as %d ms', (duration, ms) => {
    expect(parseDuration(duration)).toBe(ms)
  })

  it.each<[unknown]>([
    [-1], [Number.NaN], [Number.POSITIVE_INFINITY], [HUNDRED_YEARS + 1],
    ['-5s'], ['5'], ['s'], [''], ['5 s'], ['5S'], ['.5s'], ['1e3s'], ['5s 3m'], ['5y'], ['36501d'], [undefined], [null], [{}], ['5s\n5s'],
  ])('refuses %j', (duration) => {
    expect(() => parseDuration(duration as Duration)).toThrow(DefinitionError)
    expect(() => parseDuration(duration as Duration)).toThrow(/is not a duration: give milliseconds or a number with ms, s, m, h, d or w/)
  })

  it('reads decimals exactly: n thousandths of any unit', () => {
    const unit = fc.constantFrom(...(Object.keys(UNITS) as (keyof typeof UNITS)[]))
    fc.assert(
      fc.property(fc.nat(5_000_000), unit, (thousandths, name) => {
        const text = `${(thousandths / 1_000).toFixed(3)}${name}` as Duration
        expect(parseDuration(text)).toBe(Math.ceil((thousandths * UNITS[name]) / 1_000))
      }),
      { numRuns: 1_000 },
    )
  })

  it('gives whole milliseconds, never fewer than asked for', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: HUNDRED_YEARS - 1, noNaN: true }), (ms) => {
        const parsed = parseDuration(ms)
        expect(Number.isInteger(parsed)).toBe(true)
        expect(parsed - ms).toBeGreaterThanOrEqual(0)
        expect(parsed - ms).toBeLessThanOrEqual(1)
      }),
    )
  })
})
