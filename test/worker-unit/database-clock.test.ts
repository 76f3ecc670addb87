import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DatabaseClock } from '../../packages/runtime/src/worker/database-clock.ts'

describe("the database's clock", () => {
  it('holds nothing for due before the server has been heard', () => {
    expect(new DatabaseClock(() => 1_000).now()).toBe(Number.NEGATIVE_INFINITY)
  })

  it('goes on from the last sample with the monotonic clock', () => {
    let at = 100
    const clock = new DatabaseClock(() => at)
    clock.sample(5_000)
    at = 160
    expect(clock.now()).toBe(5_060)
  })

  it('keeps the least delayed sample', () => {
    let at = 0
    const clock = new DatabaseClock(() => at)
    clock.sample(1_000)
    at = 100
    clock.sample(1_040) // 60 ms on its way
    expect(clock.now()).toBe(1_100)
    clock.sample(1_130)
    expect(clock.now()).toBe(1_130)
  })

  it('lets a sample go after a minute: it may have drifted', () => {
    let at = 0
    const clock = new DatabaseClock(() => at)
    clock.sample(1_000)
    at = 60_000
    clock.sample(60_900)
    expect(clock.now()).toBe(61_000)
    at = 60_001
    clock.sample(60_901)
    expect(clock.now()).toBe(60_901)
  })

  it("is never ahead of the server's, however long answers take", () => {
    const answers = fc.array(fc.record({ wait: fc.nat(30_000), delay: fc.nat(5_000) }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(answers, fc.integer({ min: -1_000_000, max: 1_000_000 }), (samples, skew) => {
        let at = 0
        const clock = new DatabaseClock(() => at)
        for (const { wait, delay } of samples) {
          at += wait + delay
          clock.sample(at + skew - delay)
          expect(clock.now()).toBeLessThanOrEqual(at + skew)
        }
      }),
    )
  })
})
