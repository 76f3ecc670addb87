import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Alarm, Alarms } from '../../packages/runtime/src/worker/alarms.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const act = fc.oneof(
  fc.record({ kind: fc.constant('set'), ms: fc.integer({ min: -5, max: 50 }) }),
  fc.record({ kind: fc.constant('cancel'), ms: fc.nat(100) }),
  fc.record({ kind: fc.constant('wait'), ms: fc.integer({ min: 1, max: 30 }) }),
)

it('alarms ring once, in the order of time and then of setting, and those called off never', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      vi.setSystemTime(0)
      const alarms = new Alarms(Date)
      const set: { readonly alarm: Alarm; readonly nth: number }[] = []
      let waiting: { readonly dueAt: number; readonly nth: number }[] = []
      const rung: number[] = []
      const expected: number[] = []
      for (const { kind, ms } of acts) {
        if (kind === 'set') {
          const nth = set.length
          const dueAt = Date.now() + ms
          set.push({ nth, alarm: alarms.set(dueAt, () => rung.push(nth)) })
          waiting.push({ dueAt, nth })
        } else if (kind === 'cancel' && set.length > 0) {
          const chosen = set[ms % set.length]
          chosen?.alarm.cancel() // one that has rung or was called off too
          waiting = waiting.filter(({ nth }) => nth !== chosen?.nth)
        } else if (kind === 'wait') {
          const until = Date.now() + ms
          // A timer of Node's takes a millisecond at least: what is overdue rings at the next.
          const now = Date.now()
          const due = waiting.filter(({ dueAt }) => dueAt <= until).map((each) => ({ ...each, at: Math.max(each.dueAt, now) }))
          due.sort((a, b) => a.at - b.at || a.dueAt - b.dueAt || a.nth - b.nth)
          expected.push(...due.map(({ nth }) => nth))
          waiting = waiting.filter(({ dueAt }) => dueAt > until)
          vi.advanceTimersByTime(ms)
        }
      }
      expect(rung).toEqual(expected)
      for (const { alarm } of set) alarm.cancel()
      expect(vi.getTimerCount()).toBe(0)
    }),
    { numRuns: 500 },
  )
})
