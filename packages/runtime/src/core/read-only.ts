import { WrongContext } from '@baton/sdk'

/** Knows whether the code on the stack may only look: a query, a validator, a condition. */
export class ReadOnly {
  #depth = 0
  readonly #over: () => void

  /** `over` is called when the outermost of such code has ended. */
  constructor(over: () => void) {
    this.#over = over
  }

  get active(): boolean {
    return this.#depth > 0
  }

  run<R>(act: () => R): R {
    this.#depth++
    try {
      return act()
    } finally {
      if (--this.#depth === 0) this.#over()
    }
  }

  /** @throws WrongContext. */
  assertWritable(what: string): void {
    if (this.#depth > 0) throw new WrongContext(`${what} was asked for in a query, a validator or a condition, which may only look.`)
  }
}
