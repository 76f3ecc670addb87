import { types } from 'node:util'
import { performance as imported } from 'node:perf_hooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installGuard } from '../../../packages/runtime/src/worker/guard/install.ts'
import { FakeScope } from './fake-scope.ts'

const NativeDate = Date
let guard: Disposable
beforeAll(() => {
  guard = installGuard()
})
afterAll(() => guard[Symbol.dispose]())

describe('in workflow code', () => {
  test('every way to ask for the time answers with that of the execution', () => {
    const scope = new FakeScope(Date.UTC(2030, 0, 1))
    const asked = scope.run(() => [
      Date.now(), new Date().getTime(), NativeDate.parse(Date()), performance.timeOrigin + performance.now(), imported.now(),
      process.hrtime()[0] * 1000, Number(process.hrtime.bigint() / 1_000_000n),
    ])
    expect(asked).toEqual(Array.from({ length: 7 }, () => Date.UTC(2030, 0, 1)))
  })

  test('a difference of hrtime is that of the execution\'s time', () => {
    const scope = new FakeScope(1_000_999)
    const begin = scope.run(() => process.hrtime())
    scope.time += 1_002
    expect(scope.run(() => process.hrtime(begin))).toEqual([1, 2_000_000])
  })

  test('a date that is given stays what is given', () => {
    new FakeScope().run(() => {
      expect(new Date(5).getTime()).toBe(5)
      expect(new Date(2020, 1, 3).getMonth()).toBe(1)
      expect(new Date('2020-01-01T00:00:00Z').getTime()).toBe(Date.UTC(2020, 0, 1))
      expect(Number.isNaN(new Date(undefined as unknown as number).getTime())).toBe(true)
    })
  })

  test('a subclass of Date has the time of the execution', () => {
    class Day extends Date {
      name(): string {
        return this.toISOString().slice(0, 10)
      }
    }
    expect(new FakeScope(Date.UTC(2031, 4, 6)).run(() => new Day().name())).toBe('2031-05-06')
    expect(new Day(0).name()).toBe('1970-01-01')
    expect(new Day()).toBeInstanceOf(Date)
  })

  test('two executions at the same time have each its own clock, across awaits', async () => {
    const read = async (): Promise<number[]> => {
      const first = Date.now()
      await Promise.resolve()
      await Promise.all([])
      return [first, Date.now(), new Date().getTime()]
    }
    const both = await Promise.all([new FakeScope(111).run(read), new FakeScope(222).run(read), read()])
    expect(both[0]).toEqual([111, 111, 111])
    expect(both[1]).toEqual([222, 222, 222])
    expect(both[2]?.[0]).toBeGreaterThan(1_700_000_000_000)
  })
})

describe('elsewhere', () => {
  test('Date is what it was', () => {
    const date = new Date()
    expect(Math.abs(date.getTime() - NativeDate.now())).toBeLessThan(1_000)
    expect(date).toBeInstanceOf(Date)
    expect(date).toBeInstanceOf(NativeDate)
    expect(new NativeDate()).toBeInstanceOf(Date)
    expect(types.isDate(date)).toBe(true)
    expect(date.constructor).toBe(Date)
    expect(Object.getPrototypeOf(date)).toBe(Date.prototype)
    expect(structuredClone(date)).toEqual(date)
    expect([Date.length, Date.name, Date.now.name, typeof Date()]).toEqual([7, 'Date', 'now', 'string'])
    expect(Object.keys(Date)).toEqual([])
    expect(Date.UTC(2020, 0)).toBe(NativeDate.UTC(2020, 0))
    expect(Date.parse('2020-01-01')).toBe(NativeDate.parse('2020-01-01'))
    expect(new Date(date)).toEqual(date)
    expect(new Date(2020, 0, 1, 2, 3, 4, 5)).toEqual(new NativeDate(2020, 0, 1, 2, 3, 4, 5))
  })

  test('performance and hrtime go on', () => {
    expect(performance.now()).toBeLessThan(10 ** 9)
    expect(performance.timeOrigin).toBeGreaterThan(1_700_000_000_000)
    expect(process.hrtime(process.hrtime())[0]).toBe(0)
    expect(process.hrtime.bigint()).toBeGreaterThan(0n)
  })
})
