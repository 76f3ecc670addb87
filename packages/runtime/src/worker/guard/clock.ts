// The clock of workflow code: the time of the event that was delivered last, the same in a replay.
import { performance } from 'node:perf_hooks'
import { guardedScope } from '../ambient.ts'
import { inTheGuiseOf, replace, replaceGetter } from './replace.ts'

export function guardClock(): void {
  replace<DateConstructor>(globalThis, 'Date', guardedDate)
  const clock = Object.getPrototypeOf(performance) as object
  // Milliseconds since 1970, with an origin of 0: sums and differences come out right across all scopes of an execution.
  replace<() => number>(clock, 'now', (base) =>
    inTheGuiseOf(base, function now(this: unknown): number {
      const here = guardedScope()
      return here ? here.now() : Reflect.apply(base, this, [])
    }))
  replaceGetter<number>(clock, 'timeOrigin', (base) =>
    inTheGuiseOf(base, function timeOrigin(this: unknown): number {
      return guardedScope() ? 0 : Reflect.apply(base, this, [])
    }))
  replace<NodeJS.HRTime>(process, 'hrtime', guardedHrtime)
}

/** Dates are those of `base`, by prototype and constructor; only what time it is may be another. */
function guardedDate(base: DateConstructor): DateConstructor {
  function GuardedDate(...args: unknown[]): Date | string {
    if (args.length > 0 && new.target === GuardedDate) return Reflect.construct(base, args) as Date
    const here = guardedScope()
    if (new.target === undefined) return here ? new base(here.now()).toString() : base()
    if (new.target === GuardedDate) return here ? new base(here.now()) : new base()
    return Reflect.construct(base, here && args.length === 0 ? [here.now()] : args, new.target) as Date
  }
  const { now } = base
  const guarded = inTheGuiseOf(base, GuardedDate) as unknown as DateConstructor
  replace<() => number>(guarded, 'now', () =>
    inTheGuiseOf(now, () => {
      const here = guardedScope()
      return here ? here.now() : Reflect.apply(now, base, [])
    }))
  replace(base.prototype, 'constructor', () => guarded)
  return guarded
}

function guardedHrtime(base: NodeJS.HRTime): object {
  const guarded = inTheGuiseOf(base, (since?: [number, number]): [number, number] => {
    const here = guardedScope()
    if (!here) return base(since)
    const ms = here.now()
    const [seconds, nanos] = [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)]
    if (!since) return [seconds, nanos]
    const borrowed = nanos < since[1] ? 1 : 0
    return [seconds - since[0] - borrowed, nanos - since[1] + borrowed * 1e9]
  })
  replace<() => bigint>(guarded, 'bigint', (bigint) =>
    inTheGuiseOf(bigint, () => {
      const here = guardedScope()
      return here ? BigInt(Math.round(here.now() * 1000)) * 1000n : bigint()
    }))
  return guarded
}
