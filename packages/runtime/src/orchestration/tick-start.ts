import type { Trigger } from '@baton/sdk'
import type { WorkflowDefinition } from '@baton/sdk/host'
import type { NewExecution } from '../dispatch/new-execution.ts'
import { encode } from '../payload/codec.ts'
import { parseInput } from '../payload/parse-input.ts'

/** The id of what a tick starts: whoever comes to it, it is one execution. */
function tickId(workflow: string, trigger: string, at: number): string {
  return `${workflow}/${trigger}/${new Date(at).toISOString().replace('.000Z', 'Z')}`
}

/**
 * The execution that a tick starts.
 *
 * @throws what the trigger's `input` throws; InvalidInput, PayloadNotSerializable, PayloadTooLarge.
 */
export function tickStart(definition: WorkflowDefinition, trigger: Trigger, at: number, maxPayloadBytes?: number): NewExecution {
  const { name, version, queue, input: schema } = definition
  const input = parseInput(name, schema, trigger.input?.(new Date(at)))
  return {
    id: tickId(name, trigger.name, at),
    workflow: name,
    version,
    queue,
    priority: 0,
    input: encode(`The input of workflow '${name}'`, input, maxPayloadBytes),
    start: {},
    awaited: false,
  }
}
