import { DefinitionError } from '../errors/definition-error.ts'
import { type Duration, parseDuration } from '../types/duration.ts'
import { workflowScope } from './workflow-scope.ts'

/**
 * Suspends the workflow durably: no worker is needed meanwhile, and a restart does not begin the wait anew.
 *
 * @throws WrongContext outside a workflow's `run`; DefinitionError `InvalidDuration`; Cancelled.
 * @example await sleep('1h')
 */
export function sleep(duration: Duration): Promise<void> {
  return workflowScope('sleep()').sleep(parseDuration(duration))
}

/**
 * Suspends the workflow durably until a point in time; one that has passed is no wait.
 *
 * @throws WrongContext outside a workflow's `run`; DefinitionError `InvalidDuration` if it is no date; Cancelled.
 * @example await sleepUntil(new Date('2030-01-01T00:00:00Z'))
 */
export function sleepUntil(time: Date | number): Promise<void> {
  const scope = workflowScope('sleepUntil()')
  const at = typeof time === 'number' ? time : time.getTime()
  if (!Number.isFinite(at) || Math.abs(at) > 8.64e15) {
    throw new DefinitionError('InvalidDuration', `'${String(time)}' is no point in time: give a Date or milliseconds since 1970.`)
  }
  return scope.sleepUntil(at)
}
