// Timers of workflow code. A timeout is a durable timer like `sleep`, in a scope of its own so that it can be cleared. An
// immediate is a microtask. An interval is refused: it would write to the log for ever, and a loop with `sleep` says the same.
import timers from 'node:timers'
import promises from 'node:timers/promises'
import type { Region } from '../../core/region.ts'
import { guardedScope } from '../ambient.ts'
import { DurableImmediate, DurableTimeout, DurableTimer, sleepIn } from './durable-timeout.ts'
import { refuseCall } from './guarded.ts'
import { inTheGuiseOf, replace } from './replace.ts'

type AnyFunction = (...args: unknown[]) => unknown
type Callback = (...args: unknown[]) => unknown
interface Waiting { readonly signal?: AbortSignal }

const LOOP = 'Write a loop with sleep().'

export function guardTimers(): void {
  for (const target of [globalThis, timers]) {
    timer(target, 'setTimeout', (here, callback, [ms, ...args]) => new DurableTimeout(here, callback, toMs(ms), args))
    timer(target, 'setImmediate', (_, callback, args) => new DurableImmediate(callback, args))
    refuseCall(target, 'setInterval', 'setInterval()', LOOP)
    for (const key of ['clearTimeout', 'clearInterval', 'clearImmediate']) clear(target, key)
  }
  promise(promises, 'setTimeout', (here, [ms, value, options]) => sleepIn(here, toMs(ms), signalOf(options)).then(() => value))
  promise(promises, 'setImmediate', async (_, [value, options]) => {
    signalOf(options)?.throwIfAborted()
    return value
  })
  refuseCall(promises, 'setInterval', 'setInterval()', LOOP)
  const scheduler = Object.getPrototypeOf(promises.scheduler) as object
  promise(scheduler, 'wait', (here, [ms, options]) => sleepIn(here, toMs(ms), signalOf(options)))
  promise(scheduler, 'yield', async () => undefined)
  replace<AnyFunction>(AbortSignal, 'timeout', (base) =>
    inTheGuiseOf(base, function timeout(this: unknown, ...args: unknown[]): unknown {
      const here = guardedScope()
      if (!here) return Reflect.apply(base, this, args)
      const controller = new AbortController()
      const expire = (): void => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
      void new DurableTimeout(here, expire, toMs(args[0]), [])
      return controller.signal
    }))
}

function timer(target: object, key: string, inside: (here: Region, callback: Callback, args: readonly unknown[]) => unknown): void {
  replace<AnyFunction>(target, key, (base) =>
    inTheGuiseOf(base, function guarded(this: unknown, ...args: unknown[]): unknown {
      const here = guardedScope()
      if (!here) return Reflect.apply(base, this, args)
      const [callback, ...rest] = args
      // What is no function is for the native one to refuse.
      return typeof callback === 'function' ? inside(here, callback as Callback, rest) : Reflect.apply(base, this, args)
    }))
}

function promise(target: object, key: string, inside: (here: Region, args: readonly unknown[]) => Promise<unknown>): void {
  replace<AnyFunction>(target, key, (base) =>
    inTheGuiseOf(base, function guarded(this: unknown, ...args: unknown[]): unknown {
      const here = guardedScope()
      return here ? inside(here, args) : Reflect.apply(base, this, args)
    }))
}

function clear(target: object, key: string): void {
  replace<AnyFunction>(target, key, (base) =>
    inTheGuiseOf(base, function guarded(this: unknown, ...args: unknown[]): unknown {
      const [given] = args
      if (!(given instanceof DurableTimer)) return Reflect.apply(base, this, args)
      given.close()
      return undefined
    }))
}

/** As Node reads it, but for long waits, which it cuts short and a durable timer does not. */
function toMs(given: unknown): number {
  const ms = Number(given)
  return ms >= 1 ? Math.trunc(ms) : 1
}

function signalOf(options: unknown): AbortSignal | undefined {
  return (options as Waiting | undefined)?.signal
}
