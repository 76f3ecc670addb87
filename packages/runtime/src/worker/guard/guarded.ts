import { guardedScope, outside } from '../ambient.ts'
import { type Manner, violation } from './refuse.ts'
import { inTheGuiseOf, replace } from './replace.ts'

type AnyFunction = (...args: unknown[]) => unknown

/** Refuses a function in workflow code. */
export function refuseCall(target: object, key: string, call: string, mend: string, manner: Manner = 'throws'): void {
  replace<AnyFunction>(target, key, (base) => {
    const guarded = inTheGuiseOf(base, function guarded(this: unknown, ...args: unknown[]): unknown {
      const here = guardedScope()
      const error = here && violation(here, call, mend, guarded)
      if (!error) return Reflect.apply(base, this, args)
      if (manner === 'throws') throw error
      return Promise.reject(error)
    })
    return guarded
  })
}

/** Refuses to make an instance of a class in workflow code. */
export function refuseNew(target: object, key: string, call: string, mend: string): void {
  replace<AnyFunction>(target, key, (base) => {
    const construct = (type: object, args: unknown[], newTarget: (...args: never[]) => unknown): object => {
      const here = guardedScope()
      const error = here && violation(here, call, mend, construct)
      if (error) throw error
      return Reflect.construct(type as AnyFunction, args, newTarget) as object
    }
    return new Proxy(base, { construct })
  })
}

/**
 * Lets the call through, outside of the workflow, and remembers it. For what lies deep in libraries: an error there would
 * break a connection that steps share.
 */
export function noteCall(target: object, key: string, call: string, mend: string, exempt: (self: unknown) => boolean): void {
  replace<AnyFunction>(target, key, (base) => {
    const guarded = inTheGuiseOf(base, function guarded(this: unknown, ...args: unknown[]): unknown {
      const here = guardedScope()
      if (!here || exempt(this)) return Reflect.apply(base, this, args)
      violation(here, call, mend, guarded)
      return outside(() => Reflect.apply(base, this, args))
    })
    return guarded
  })
}
