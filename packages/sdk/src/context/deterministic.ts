import type { ExecutionInfo } from '../types/execution-info.ts'
import { workflowScope } from './workflow-scope.ts'

/**
 * The time in the workflow: that of the last event of its log, the same in every replay.
 *
 * @throws WrongContext outside a workflow's `run`.
 * @example const deadline = now().getTime() + 86_400_000
 */
export function now(): Date {
  return new Date(workflowScope('now()').now())
}

/**
 * A number from 0 up to 1, the same in every replay.
 *
 * @throws WrongContext outside a workflow's `run`.
 * @example const winner = entries[Math.floor(random() * entries.length)]
 */
export function random(): number {
  return workflowScope('random()').random()
}

/**
 * A version 4 UUID, the same in every replay. Not a secret.
 *
 * @throws WrongContext outside a workflow's `run`.
 * @example const bookingId = uuid()
 */
export function uuid(): string {
  return workflowScope('uuid()').uuid()
}

/**
 * What this execution is.
 *
 * @throws WrongContext outside a workflow's `run`.
 * @example if (executionInfo().historyLength > 10_000) continueAsNew<Subscription['run']>(state)
 */
export function executionInfo(): ExecutionInfo {
  return workflowScope('executionInfo()').info
}
