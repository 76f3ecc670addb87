import { BatonError } from './baton-error.ts'

/**
 * What `await this.step()` throws in `run` when the step has used up its attempts; `cause` is the last attempt's error.
 *
 * @example
 * try { await this.charge(order) } catch (error) {
 *   if (error instanceof StepFailed && error.step === 'charge') await this.cancelOrder(order)
 *   else throw error
 * }
 */
export class StepFailed extends BatonError {
  static override readonly kind = 'StepFailed'
  readonly step: string
  readonly attempts: number

  constructor(step: string, attempts: number, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super('StepFailed', `Step '${step}' failed after ${attempts} attempt${attempts === 1 ? '' : 's'}: ${why}`, { cause })
    this.step = step
    this.attempts = attempts
  }
}

/** One attempt of a step took longer than its `timeout`; retried as the step's policy says. */
export class StepTimedOut extends BatonError {
  static override readonly kind = 'StepTimedOut'
  readonly timeoutMs: number

  constructor(step: string, timeoutMs: number) {
    super('StepTimedOut', `Step '${step}' took longer than its timeout of ${timeoutMs} ms; its AbortSignal has fired.`)
    this.timeoutMs = timeoutMs
  }
}

/** Something was called where it has no meaning, such as `sleep()` inside a step. */
export class WrongContext extends BatonError {
  static override readonly kind = 'WrongContext'

  constructor(message: string) {
    super('WrongContext', message)
  }
}
