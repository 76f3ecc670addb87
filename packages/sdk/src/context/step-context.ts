import { WrongContext } from '../errors/step-errors.ts'
import { currentHost } from '../host.ts'
import type { StepContext } from '../types/step-context.ts'

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
