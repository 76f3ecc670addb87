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

/** Which of a step's times was up: that of the option `timeout`, `totalTimeout`, `scheduleToStartTimeout` or `heartbeatTimeout`. */
export type StepTimeoutKind = 'attempt' | 'total' | 'scheduleToStart' | 'heartbeat'

const SENTENCES: Readonly<Record<StepTimeoutKind, (step: string, ms: number) => string>> = {
  attempt: (step, ms) => `Step '${step}' took longer than its timeout of ${ms} ms; its AbortSignal has fired.`,
  total: (step, ms) => `Step '${step}' took longer than its totalTimeout of ${ms} ms, over all attempts.`,
  scheduleToStart: (step, ms) => `Step '${step}' waited longer than its scheduleToStartTimeout of ${ms} ms for a worker that has room.`,
  heartbeat: (step, ms) => `Step '${step}' gave no heartbeat for longer than its heartbeatTimeout of ${ms} ms; its AbortSignal has fired.`,
}

/**
 * A step took longer than it may. Attempts over `timeout` or `heartbeatTimeout` are retried by the budget `retry.timeout`; the
 * other two times end the step.
 *
 * @example
 * catch (error) { if (error instanceof StepFailed && error.cause instanceof StepTimedOut) … }
 */
export class StepTimedOut extends BatonError {
  static override readonly kind = 'StepTimedOut'
  readonly timeoutMs: number
  readonly timeoutKind: StepTimeoutKind

  constructor(step: string, timeoutMs: number, timeoutKind: StepTimeoutKind = 'attempt', options?: ErrorOptions) {
    super('StepTimedOut', SENTENCES[timeoutKind](step, timeoutMs), options)
    this.timeoutMs = timeoutMs
    this.timeoutKind = timeoutKind
  }
}

/** Something was called where it has no meaning, such as `sleep()` inside a step. */
export class WrongContext extends BatonError {
  static override readonly kind = 'WrongContext'

  constructor(message: string) {
    super('WrongContext', message)
  }
}
