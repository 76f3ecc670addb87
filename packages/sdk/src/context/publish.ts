import { workflowScope } from './workflow-scope.ts'

/**
 * Appends an item to a durable stream of this execution, which clients read live and from any offset. It is written with
 * the turn, never again by a replay.
 *
 * @throws WrongContext outside a workflow's `run`; PayloadNotSerializable, PayloadTooLarge.
 * @example publish('status', { phase: 'packing', done: 3 })
 */
export function publish(stream: string, value: unknown): void {
  workflowScope('publish()').publish(stream, value)
}
