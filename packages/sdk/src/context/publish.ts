import { checkStreamName } from '../errors/stream-errors.ts'
import { workflowScope } from './workflow-scope.ts'

/**
 * Appends an item to a durable stream of this execution, which clients read live and from any offset. It is written with
 * the turn, never again by a replay; one for a stream that was closed is dropped.
 *
 * @throws WrongContext outside a workflow's `run`; InvalidStreamName; PayloadNotSerializable; PayloadTooLarge above 256 KiB.
 * @example publish('status', { phase: 'packing', done: 3 })
 */
export function publish(stream: string, value: unknown): void {
  const scope = workflowScope('publish()')
  checkStreamName(stream)
  scope.publish(stream, value)
}
