import { type Duration, parseDuration } from '../types/duration.ts'
import { workflowScope } from './workflow-scope.ts'

/**
 * Waits until the predicate holds. It is asked again whenever something has happened to the execution, so it must be pure,
 * and may look at the fields that signals, updates and `run` change.
 *
 * Those whose predicates hold at the same time all go on: where only one may, ask again in a loop, `while (this.busy) await condition(() => !this.busy)`.
 *
 * @returns whether it holds: `false` only if `timeout` ran out first.
 * @throws WrongContext outside a workflow's `run`; DefinitionError `InvalidDuration`; Cancelled; what the predicate throws.
 * @example if (!(await condition(() => this.approvedBy !== undefined, '3d'))) throw new ApplicationError('NotApproved')
 */
export function condition(predicate: () => boolean): Promise<true>
export function condition(predicate: () => boolean, timeout: Duration): Promise<boolean>
export function condition(predicate: () => boolean, timeout?: Duration): Promise<boolean> {
  return workflowScope('condition()').condition(predicate, timeout === undefined ? undefined : parseDuration(timeout))
}
