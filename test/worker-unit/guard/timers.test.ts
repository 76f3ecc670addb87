import { setImmediate as immediate, setInterval as every, setTimeout as wait, scheduler } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installGuard } from '../../../packages/runtime/src/worker/guard/install.ts'
import { FakeScope } from './fake-scope.ts'

let guard: Disposable
beforeAll(() => {
  guard = installGuard()
})
afterAll(() => guard[Symbol.dispose]())

describe('in workflow code', () => {
  test('a timeout rings in the execution\'s time, with its arguments', async () => {
    const scope = new FakeScope()
    const rung: unknown[] = []
    scope.run(() => setTimeout((...args: unknown[]) => rung.push(args, Date.now()), 500, 'a', 1))
    await scope.advance(499)
    expect(rung).toEqual([])
    await scope.advance(1)
    expect(rung).toEqual([['a', 1], 1_000_500])
  })

  test('a timeout that is cleared does not ring, one that is refreshed rings later', async () => {
    const scope = new FakeScope()
    const rung: string[] = []
    const [cleared, refreshed, disposed] = scope.run(() => [
      setTimeout(() => rung.push('cleared'), 10), setTimeout(() => rung.push('refreshed'), 10), setTimeout(() => rung.push('disposed'), 10),
    ] as const)
    scope.run(() => {
      clearTimeout(cleared)
      disposed[Symbol.dispose]()
      expect(refreshed.unref().ref().hasRef()).toBe(true)
    })
    await scope.advance(6)
    scope.run(() => refreshed.refresh())
    await scope.advance(6)
    expect(rung).toEqual([])
    await scope.advance(4)
    expect(rung).toEqual(['refreshed'])
    await scope.advance(100)
    expect(rung).toEqual(['refreshed'])
  })

  test('promises of timers resolve in the execution\'s time', async () => {
    const scope = new FakeScope()
    const done: unknown[] = []
    scope.run(async () => {
      done.push(await wait(100, 'value'))
      done.push(await promisify(setTimeout)(100, 'promisified'))
      await scheduler.wait(100)
      done.push('waited', await immediate('immediate'), await promisify(setImmediate)('also'), await scheduler.yield())
    })
    for (const expected of [[], ['value'], ['value', 'promisified']]) {
      expect(done).toEqual(expected)
      await scope.advance(100)
    }
    expect(done).toEqual(['value', 'promisified', 'waited', 'immediate', 'also', undefined])
  })

  test('a signal ends a wait', async () => {
    const scope = new FakeScope()
    const controller = new AbortController()
    const waiting = scope.run(() => wait(100, undefined, { signal: controller.signal }))
    controller.abort('enough')
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' })
    await expect(scope.run(() => wait(1, undefined, { signal: controller.signal }))).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('AbortSignal.timeout fires in the execution\'s time', async () => {
    const scope = new FakeScope()
    const signal = scope.run(() => AbortSignal.timeout(50))
    expect(signal.aborted).toBe(false)
    await scope.advance(50)
    expect(signal.reason).toMatchObject({ name: 'TimeoutError' })
  })

  test('an immediate comes in the same turn, unless it is cleared', async () => {
    const rung: string[] = []
    await new FakeScope().run(async () => {
      clearImmediate(setImmediate(() => rung.push('cleared')))
      setImmediate((text: string) => rung.push(text), 'rung')
      expect(rung).toEqual([])
      await Promise.resolve()
      expect(rung).toEqual(['rung'])
    })
  })

  test('an interval is refused', () => {
    const scope = new FakeScope()
    expect(() => scope.run(() => setInterval(() => {}, 1))).toThrow(/setInterval\(\) was called .* Write a loop with sleep\(\)/)
    expect(() => scope.run(() => every(1))).toThrow('Write a loop')
    expect(scope.violations).toHaveLength(2)
  })

  test('what is no function is refused as ever', () => {
    expect(() => new FakeScope().run(() => setTimeout('1' as unknown as () => void, 1))).toThrow(TypeError)
  })
})

describe('elsewhere', () => {
  test('timers are what they were', async () => {
    const timeout = setTimeout(() => {}, 60_000)
    expect(timeout.hasRef()).toBe(true)
    clearTimeout(timeout)
    clearTimeout(undefined)
    expect([setTimeout.name, clearTimeout.name]).toEqual(['setTimeout', 'clearTimeout'])
    await expect(wait(1, 'value')).resolves.toBe('value')
    await expect(promisify(setTimeout)(1, 'value')).resolves.toBe('value')
    await expect(promisify(setImmediate)('value')).resolves.toBe('value')
    const interval = every(1, 'tick')
    expect(await interval.next()).toEqual({ done: false, value: 'tick' })
    await interval.return?.()
    expect(AbortSignal.timeout(60_000).aborted).toBe(false)
  })
})
