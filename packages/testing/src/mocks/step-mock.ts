import { DefinitionError, type Duration, parseDuration } from '@baton/sdk'
import type { Behaviours } from './behaviours.ts'

/** For which attempts a mock holds, and how long they take. */
export interface MockOptions {
  /** For so many attempts, retries among them; default: all that follow. */
  readonly times?: number
  /** Virtual time an attempt takes before its body runs; beyond the step's `timeout` the attempt times out. Default: `mockDelay`. */
  readonly delay?: Duration
}

/**
 * What attempts of one step do instead of its body; `A` are its arguments, `R` what it returns.
 *
 * What is said with `times` goes first, in the order it was said; then what was said last without; then the step's own body.
 *
 * @example env.mock(OrderWorkflow, 'charge').fails(new Error('down'), { times: 2 }).returns('receipt')
 */
export class StepMock<A extends readonly unknown[], R> {
  readonly #behaviours: Behaviours

  /** @internal */
  constructor(behaviours: Behaviours) {
    this.#behaviours = behaviours
  }

  /**
   * Attempts run `body`; it is given copies, and what it returns passes through the log, as with the step's own.
   *
   * @throws DefinitionError `InvalidOption`, `InvalidDuration`.
   */
  runs(body: (...args: A) => Promise<R>, { times, delay }: MockOptions = {}): this {
    if (times !== undefined && !(Number.isInteger(times) && times > 0)) {
      throw new DefinitionError('InvalidOption', `times is ${times}; give a whole number from 1, or leave it out for all that follow.`)
    }
    this.#behaviours.add({
      // Arguments come from the log as the workflow gave them, and the class says what those are.
      body: (...args) => body(...(args as readonly unknown[] as A)),
      delayMs: delay === undefined ? undefined : parseDuration(delay),
      times,
    })
    return this
  }

  /** Attempts return `value`. */
  returns(value: R, options?: MockOptions): this {
    return this.runs(async () => value, options)
  }

  /** One attempt each returns a value, in their order. */
  returnsInTurn(values: readonly R[], options: Omit<MockOptions, 'times'> = {}): this {
    for (const value of values) this.returns(value, { ...options, times: 1 })
    return this
  }

  /** Attempts throw `error`; whether another follows, the step's retry policy says. */
  fails(error: Error, options?: MockOptions): this {
    return this.runs(async () => {
      throw error
    }, options)
  }

  /**
   * Attempts take so much virtual time, those of the step's own body too.
   *
   * @throws DefinitionError `InvalidDuration`.
   */
  mockDelay(delay: Duration): this {
    this.#behaviours.delay(parseDuration(delay))
    return this
  }

  /** Forgets all that was said; the step's own body runs again. */
  restore(): void {
    this.#behaviours.clear()
  }
}
