import type { StepOutcome } from '../core/input.ts'
import type { NewItem, StreamName } from '../log/stream-items.ts'
import type { Encoded } from '../payload/codec.ts'
import type { Attempt } from './attempt.ts'
import type { Log } from './log.ts'
import type { StepTransaction } from './transactional-steps.ts'

/** What a running attempt asks of the worker it runs in. */
export interface StepHost {
  readonly log: Log
  /** Keeps the details of a heartbeat for the attempt that follows if the worker dies; does not wait. */
  heartbeat(attempt: Attempt, details: Encoded): void
  /** The attempt has an outcome, which carries its details: they need not be kept beside it. */
  ended(attempt: Attempt): void
  /** Nobody here wants the attempt any more; somebody elsewhere may run it again. */
  withdrawn(attempt: Attempt): void
  /** Resolves once the item is durable. */
  publish(item: NewItem): Promise<void>
  /** Resolves once the stream is closed, durably. */
  closeStream(stream: StreamName): Promise<void>
  /**
   * Runs the body of a transactional step and commits its outcome with what it wrote, unless `assertWanted` throws just before;
   * absent where there is no database.
   */
  transact?(attempt: Attempt, body: (transaction: StepTransaction<unknown>) => Promise<StepOutcome>, assertWanted: () => void): Promise<void>
}
