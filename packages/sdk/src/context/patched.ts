import { checkText } from '../definition/check-name.ts'
import { workflowScope } from './workflow-scope.ts'

/**
 * Lets code change under running executions: true where the new code runs, false where the execution passed this place
 * with the old. The first call of an execution that is not replaying marks its log with the id.
 *
 * @throws WrongContext outside a workflow's `run`; DefinitionError `InvalidName`.
 * @example if (patched('check-fraud')) await this.checkFraud(order)
 */
export function patched(id: string): boolean {
  checkText('id of a patch', id)
  return workflowScope('patched()').patched(id)
}

/**
 * Says that the old branch is gone and executions with the mark still run: the mark of `patched(id)` is accepted, no new one
 * made. Drop the call when `baton.patches()` says that no execution bears the mark.
 *
 * @throws WrongContext outside a workflow's `run`; DefinitionError `InvalidName`.
 * @example deprecatePatch('check-fraud')
 */
export function deprecatePatch(id: string): void {
  checkText('id of a patch', id)
  workflowScope('deprecatePatch()').deprecatePatch(id)
}
