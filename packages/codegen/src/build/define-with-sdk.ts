// Defaults and limits are the SDK's: a stand-in class is decorated with what was read, and the SDK defines it as it would the
// author's own. So the manifest cannot disagree with the runtime, and no user code runs.
import { BatonError, Run, Step, Workflow } from '@baton/sdk'
import { defineWorkflow, type WorkflowDefinition } from '@baton/sdk/host'
import type { AttributesValue, StepOptionsValue, WorkflowOptionsValue } from '../read/step-options.ts'

/** What the SDK makes of evaluated options, or its refusal. */
export function defineWithSdk(
  options: WorkflowOptionsValue,
  steps: ReadonlyMap<string, StepOptionsValue>,
  imperative: boolean,
  declared: AttributesValue = {},
): WorkflowDefinition | BatonError {
  class StandIn {}
  const descriptor = { value: async (): Promise<void> => {} }
  try {
    for (const [name, step] of steps) Step(step)(StandIn.prototype, name, descriptor)
    if (imperative) Run()(StandIn.prototype, 'run', descriptor)
    Workflow(options)(Object.assign(StandIn, declared) as typeof StandIn)
    return defineWorkflow(StandIn)
  } catch (error) {
    if (error instanceof BatonError) return error
    throw error
  }
}
