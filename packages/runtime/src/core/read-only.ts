import { WrongContext } from '@baton/sdk'
import type { Prng } from './prng.ts'

/** Knows whether the code on the stack may only look: a query, a validator, a condition. */
export class ReadOnly {
  #depth = 0
  /** Draws of such code: it is not in the log, so it must not move the draws of the program. */
  #draws: Prng | undefined

  get active(): boolean {
    return this.#depth > 0
  }

  run<R>(act: () => R): R {
    this.#depth++
    try {
      return act()
    } finally {
      if (--this.#depth === 0) this.#draws = undefined
    }
  }

  /** Where the code that is looking draws from: the same until the outermost of it has ended. */
  draws(make: () => Prng): Prng {
    this.#draws ??= make()
    return this.#draws
  }

  /** @throws WrongContext. */
  assertWritable(what: string): void {
    if (this.#depth > 0) throw new WrongContext(`${what} was asked for in a query, a validator or a condition, which may only look.`)
  }
}
