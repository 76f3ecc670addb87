import { DefinitionError, type Duration, parseDuration } from '@baton/sdk'
import type { Behaviours } from './behaviours.ts'

/** For how many a mock holds, and how long they take. */
export interface MockOptions {
  /** For so many attempts of a step, retries among them, or executions of a workflow; default: all that follow. */
  readonly times?: number
  /** Virtual time that passes before the body runs; beyond a step's `timeout` the attempt times out. Default: `mockDelay` of a step, none of a workflow. */
  readonly delay?: Duration
}

/**
 * What happens in place of a body; `A` are its arguments, `R` what it returns.
 *
 * What is said with `times` goes first, in the order it was said; then what was said last without; then the real one.
 */
export class Mock<A extends readonly unknown[], R> {
  /** @internal */
  protected readonly behaviours: Behaviours

  /** @internal */
  constructor(behaviours: Behaviours) {
    this.behaviours = behaviours
  }

  /**
   * `body` runs; it is given copies, and what it returns passes through the log, as with the real one.
   *
   * @throws DefinitionError `InvalidOption`, `InvalidDuration`.
   */
  runs(body: (...args: A) => Promise<R>, { times, delay }: MockOptions = {}): this {
    if (times !== undefined && !(Number.isInteger(times) && times > 0)) {
      throw new DefinitionError('InvalidOption', `times is ${times}; give a whole number from 1, or leave it out for all that follow.`)
    }
    this.behaviours.add({
      // Arguments come from the log as the workflow gave them, and the class says what those are.
      body: (...args) => body(...(args as readonly unknown[] as A)),
      delayMs: delay === undefined ? undefined : parseDuration(delay),
      times,
    })
    return this
  }

  /** It returns `value`. */
  returns(value: R, options?: MockOptions): this {
    return this.runs(async () => value, options)
  }

  /** One each returns a value, in their order. */
  returnsInTurn(values: readonly R[], options: Omit<MockOptions, 'times'> = {}): this {
    for (const value of values) this.returns(value, { ...options, times: 1 })
    return this
  }

  /** It throws `error`; whether a step is tried again, its retry policy says. */
  fails(error: Error, options?: MockOptions): this {
    return this.runs(async () => {
      throw error
    }, options)
  }

  /** Forgets all that was said; the real one runs again. */
  restore(): void {
    this.behaviours.clear()
  }
}
