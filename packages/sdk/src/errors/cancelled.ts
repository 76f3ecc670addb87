import { BatonError } from './baton-error.ts'

/**
 * What waits in a cancelled scope throw: the execution is to stop, ran out of time, or a scope of its own was cancelled.
 *
 * @example
 * try { await sleep('1d') } catch (error) {
 *   if (!isCancelled(error)) throw error
 *   await CancellationScope.nonCancellable(() => this.release(seat))
 *   throw error
 * }
 */
export class Cancelled extends BatonError {
  static override readonly kind = 'Cancelled'
  readonly reason: string

  constructor(reason: string, options?: ErrorOptions) {
    super('Cancelled', `Cancelled: ${reason}`, options)
    this.reason = reason
  }
}

/** Whether an error is a cancellation, or a step or child that was cancelled. */
export function isCancelled(error: unknown): boolean {
  for (let each: unknown = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth++) {
    if (each instanceof Cancelled) return true
  }
  return false
}
