/** What a step knows of its own attempt. */
export interface StepContext {
  readonly workflow: string
  readonly executionId: string
  readonly step: string
  /** Counts from 1. */
  readonly attempt: number
  /** The same for every attempt of this call of this step, different for every other; give it to the services you call. */
  readonly idempotencyKey: string
  /** Fires when the attempt has timed out, the execution has ended or the worker stops. */
  readonly signal: AbortSignal
  /**
   * Says that the body is alive and how far it is: begins its `heartbeatTimeout` anew and keeps the details for the next attempt.
   * Without details the last ones stay. It neither waits nor fails with the database: details are written about once a second.
   *
   * @throws PayloadNotSerializable, PayloadTooLarge.
   * @example for (const page of pages) { await send(page); stepContext().heartbeat({ done: page.number }) }
   */
  heartbeat(details?: unknown): void
  /**
   * The details of the last heartbeat of an earlier attempt, also of one whose worker died; undefined where there were none.
   *
   * @example const from = stepContext().heartbeatDetails<{ done: number }>()?.done ?? 0
   */
  heartbeatDetails<T>(): T | undefined
}
