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
}
