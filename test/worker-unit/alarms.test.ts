import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Alarms } from '../../packages/runtime/src/worker/alarms.ts'
import { DatabaseClock } from '../../packages/runtime/src/worker/database-clock.ts'

const T0 = 1_700_000_000_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function clockAt(ms: number): DatabaseClock {
  const clock = new DatabaseClock(() => performance.now())
  clock.sample(ms)
  return clock
}

describe('an alarm', () => {
  it('rings when it is due, and not a millisecond before', () => {
    const ring = vi.fn<() => void>()
    new Alarms(clockAt(T0)).set(T0 + 500, ring)
    vi.advanceTimersByTime(499)
    expect(ring).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(ring).toHaveBeenCalledOnce()
  })

  it('that is due already rings soon, but never inside the call that set it', () => {
    const ring = vi.fn<() => void>()
    new Alarms(clockAt(T0)).set(T0 - 5_000, ring)
    expect(ring).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(ring).toHaveBeenCalledOnce()
  })

  it('waits longer than setTimeout can', () => {
    const days = 60 * 86_400_000
    const ring = vi.fn<() => void>()
    new Alarms(clockAt(T0)).set(T0 + days, ring)
    vi.advanceTimersByTime(days - 1)
    expect(ring).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(ring).toHaveBeenCalledOnce()
  })

  it('waits on where the clock turns out to be slower', () => {
    const clock = clockAt(T0)
    const ring = vi.fn<() => void>()
    new Alarms(clock).set(T0 + 120_000, ring)
    vi.advanceTimersByTime(61_000)
    clock.sample(T0 + 60_000) // the first sample is a minute old: this one counts, and is a second behind
    vi.advanceTimersByTime(59_000)
    expect(ring).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1_000)
    expect(ring).toHaveBeenCalledOnce()
  })

  it('does not ring for a fraction of a millisecond too early', () => {
    const rung: number[] = []
    const clock = clockAt(T0)
    new Alarms(clock).set(T0 + 10.4, () => rung.push(clock.now()))
    vi.advanceTimersByTime(20)
    expect(rung).toEqual([T0 + 11])
  })

  it('does not ring before the server has been heard', () => {
    const ring = vi.fn<() => void>()
    new Alarms(new DatabaseClock(() => performance.now())).set(T0, ring)
    vi.advanceTimersByTime(86_400_000)
    expect(ring).not.toHaveBeenCalled()
  })

  it('that is called off never rings', () => {
    const ring = vi.fn<() => void>()
    new Alarms(clockAt(T0)).set(T0 + 10, ring).cancel()
    vi.runAllTimers()
    expect(ring).not.toHaveBeenCalled()
  })

  it('can be called off after it has been wound again', () => {
    const ring = vi.fn<() => void>()
    const alarm = new Alarms(clockAt(T0)).set(T0 + 3 * 2 ** 31, ring)
    vi.advanceTimersByTime(2 ** 31 + 5)
    alarm.cancel()
    expect(vi.getTimerCount()).toBe(0)
    expect(ring).not.toHaveBeenCalled()
  })
})
