import type { Encoded } from '../payload/codec.ts'
import type { Attempt } from './run-attempt.ts'

/** What a running attempt asks of the worker it runs in. */
export interface StepHost {
  /** Keeps the details of a heartbeat for the attempt that follows if the worker dies; does not wait. */
  heartbeat(attempt: Attempt, details: Encoded): void
  /** The attempt has an outcome, which carries its details: they need not be kept beside it. */
  ended(attempt: Attempt): void
}
