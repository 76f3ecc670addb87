import { type Duration, parseDuration } from '../types/duration.ts'
import { BatonError } from './baton-error.ts'

/** Options of an `ApplicationError`. */
export interface ApplicationErrorOptions extends ErrorOptions {
  /** A stable name of the failure that callers and retry policies compare; default: the message. */
  readonly type?: string
  /** Whether another attempt of the step may help; default `false`, `true` with `retryAfter`. */
  readonly retryable?: boolean
  /** Time before the next attempt, in place of what the policy says. */
  readonly retryAfter?: Duration
  /** Anything serializable that helps the reader. */
  readonly details?: unknown
}

/**
 * A failure the author decided on: it fails the step at once, without another attempt, unless it says `retryable: true`;
 * thrown from `run` it fails the execution.
 *
 * @throws DefinitionError `InvalidDuration` if `retryAfter` is none.
 * @example
 * throw new ApplicationError('NotApproved', { details: { total: order.total } })
 */
export class ApplicationError extends BatonError {
  static override readonly kind: string = 'ApplicationError'
  readonly type: string
  readonly retryable: boolean
  /** Milliseconds before the next attempt; undefined: as the policy says. */
  readonly retryAfterMs: number | undefined
  readonly details: unknown

  constructor(message: string, options: ApplicationErrorOptions = {}) {
    super('ApplicationError', message, options)
    this.type = options.type ?? message
    this.retryable = options.retryable ?? options.retryAfter !== undefined
    this.retryAfterMs = options.retryAfter === undefined ? undefined : parseDuration(options.retryAfter)
    this.details = options.details
  }
}
