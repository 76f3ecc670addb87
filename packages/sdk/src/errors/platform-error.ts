import { type Duration, parseDuration } from '../types/duration.ts'
import { BatonError } from './baton-error.ts'

/** Options of a `PlatformError`. */
export interface PlatformErrorOptions extends ErrorOptions {
  /** Time before the next attempt, in place of what the policy says. */
  readonly retryAfter?: Duration
}

/**
 * A failure the infrastructure is to blame for, such as a full disk or a lost node: it is charged to the budget
 * `retry.platform`, so that it uses up no attempt meant for the work itself.
 *
 * @throws DefinitionError `InvalidDuration` if `retryAfter` is none.
 * @example throw new PlatformError('The cluster has no free node', { cause: error, retryAfter: '1m' })
 */
export class PlatformError extends BatonError {
  static override readonly kind: string = 'PlatformError'
  /** Milliseconds before the next attempt; undefined: as the policy says. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, options: PlatformErrorOptions = {}) {
    super('PlatformError', message, options)
    this.retryAfterMs = options.retryAfter === undefined ? undefined : parseDuration(options.retryAfter)
  }
}
