import fs from 'node:fs'
import { afterEach, expect, test, vi } from 'vitest'
import { installGuard } from '../../../packages/runtime/src/worker/guard/install.ts'
import { FakeScope } from './fake-scope.ts'

const natives = (): readonly unknown[] => [
  Date, Date.now, Date.prototype.constructor, Math.random, setTimeout, clearTimeout, setImmediate, fetch, fs.readFileSync, performance.now,
  process.hrtime, crypto.randomUUID, AbortSignal.timeout,
]

afterEach(() => {
  vi.useRealTimers()
})

test('the last who lets go puts back what there was', () => {
  const before = natives()
  const first = installGuard()
  const guarded = natives()
  expect(guarded.filter((value, i) => value === before[i])).toEqual([])
  const second = installGuard()
  expect(natives()).toEqual(guarded)
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  expect(natives()).toEqual(guarded)
  second[Symbol.dispose]()
  expect(natives().every((value, i) => value === before[i])).toBe(true)
})

test('workflow code of a worker without a guard is left alone, though another worker has one', () => {
  using _guard = installGuard()
  const scope = new FakeScope(7)
  expect(scope.run(() => Date.now(), false)).toBeGreaterThan(1_700_000_000_000)
  expect(scope.run(() => fs.existsSync('/'), false)).toBe(true)
  expect(scope.violations).toEqual([])
})

test('fake timers that were there before are what the application sees', () => {
  vi.useFakeTimers({ now: 5_000 })
  using _guard = installGuard()
  expect([Date.now(), new Date().getTime(), new FakeScope(7).run(() => Date.now())]).toEqual([5_000, 5_000, 7])
  const rung = vi.fn<() => void>()
  setTimeout(rung, 100)
  clearTimeout(setTimeout(rung, 100))
  vi.advanceTimersByTime(100)
  expect(rung).toHaveBeenCalledOnce()
  expect(Date.now()).toBe(5_100)
})

test('fake timers that come after are left alone, and guarded when the guard is installed again', () => {
  using _guard = installGuard()
  vi.useFakeTimers({ now: 5_000 })
  expect(Date.now()).toBe(5_000)
  using _again = installGuard()
  expect([Date.now(), new Date().getTime(), new FakeScope(7).run(() => Date.now())]).toEqual([5_000, 5_000, 7])
  vi.useRealTimers()
  expect(new FakeScope(7).run(() => [Date.now(), new Date().getTime()])).toEqual([7, 7])
  expect(Date.now()).toBeGreaterThan(1_700_000_000_000)
})

test('two installs of the package guard each its own executions', async () => {
  vi.resetModules()
  const { installGuard: installOther } = await import('../../../packages/runtime/src/worker/guard/install.ts')
  const { FakeScope: OtherScope } = await import('./fake-scope.ts')
  expect(installOther).not.toBe(installGuard)
  const before = natives()
  const first = installGuard()
  const other = installOther()
  const read = (): unknown[] => [Date.now(), new Date().getTime(), performance.now()]
  expect([new FakeScope(1).run(read), new OtherScope(2).run(read)]).toEqual([[1, 1, 1], [2, 2, 2]])
  expect(() => new OtherScope(2).run(() => fs.readFileSync('x'))).toThrow('fs.readFileSync() was called')
  first[Symbol.dispose]() // not the one on top
  expect(new OtherScope(2).run(read)).toEqual([2, 2, 2])
  other[Symbol.dispose]()
  expect(Date.now()).toBeGreaterThan(1_700_000_000_000)
  expect(natives()).toHaveLength(before.length)
})
