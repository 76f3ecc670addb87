import { WrongContext } from '../errors/step-errors.ts'
import { currentHost } from '../host.ts'

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

/**
 * The attempt whose body is running.
 *
 * @throws WrongContext outside a step.
 * @example const { attempt, idempotencyKey, signal } = stepContext()
 */
export function stepContext(): StepContext {
  const context = currentHost()?.step()
  if (!context) throw new WrongContext('stepContext() was called outside a step; only the body of a @Step method has one.')
  return context
}
