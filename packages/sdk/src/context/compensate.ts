import { CompensationFailed } from '../errors/execution-errors.ts'
import { workflowScope } from './workflow-scope.ts'

/**
 * Undoes now what the completed steps with `compensate` have done so far, the last one first. At the end of a failed or
 * stopped execution this happens by itself.
 *
 * @throws WrongContext outside a workflow's `run`; CompensationFailed.
 * @example if (!(await this.confirm(trip))) { await compensate(); return 'not booked' }
 */
export async function compensate(): Promise<void> {
  const failures = await workflowScope('compensate()').compensate()
  if (failures.length === 0) return
  const errors = failures.map(({ step, error }) => ({ step, error: error instanceof Error ? error : new Error(String(error)) }))
  throw new CompensationFailed(errors[0]?.error, errors)
}
