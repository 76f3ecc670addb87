// What a start is refused for before anything is written, as the client refuses it.
import { isDeepStrictEqual } from 'node:util'
import { decode, encode, type Encoded, ExecutionIdReused, InvalidExecutionId, InvalidInput } from '@baton/runtime/core'
import type { WorkflowDefinition } from '@baton/sdk/host'
import type { RecordedExecution } from './recorded-execution.ts'

/** @throws InvalidExecutionId. */
export function checkId(id: string): void {
  // oxlint-disable-next-line no-control-regex
  if (id.length < 1 || id.length > 200 || /[\u0000-\u001f\u007f]/.test(id)) throw new InvalidExecutionId(id)
}

/**
 * The input as the workflow gets it.
 *
 * @throws InvalidInput, PayloadNotSerializable, PayloadTooLarge.
 */
export function checkInput({ name, input }: WorkflowDefinition, given: unknown): Encoded {
  const parsed = input ? input.safeParse(given) : { success: true as const, data: given }
  if (!parsed.success) {
    throw new InvalidInput(name, parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })))
  }
  return encode(`The input of workflow '${name}'`, parsed.data)
}

/** @throws ExecutionIdReused if the execution is of another workflow or input. */
export function assertSame(found: RecordedExecution, workflow: string, input: Encoded): void {
  const { name } = found.workflow.definition
  if (name !== workflow) throw new ExecutionIdReused(found.id, `workflow '${name}'`)
  if (!isDeepStrictEqual(decode(found.input), decode(input))) throw new ExecutionIdReused(found.id, 'another input')
}
