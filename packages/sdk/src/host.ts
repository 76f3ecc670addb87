// The seam between what authors import and the engine that runs it. The engine installs one host per process; authors'
// functions ask it where they are. It lives in a global slot so that duplicate installs of this package share it.
import type { StepContext } from './types/step-context.ts'

export { brand, kindsOf } from './errors/baton-error.ts'
export { defineWorkflow } from './definition/define-workflow.ts'
export { checkPriority } from './definition/define-step.ts'
export { nearestName } from './definition/nearest-name.ts'
export type { RetryBudgetDefinition, RetryDefinition, StepDefinition, WorkflowDefinition } from './definition/workflow-definition.ts'

/** What workflow code can ask of the execution it belongs to. */
export interface WorkflowScope {
  sleep(ms: number): Promise<void>
}

/** What an engine offers to code that runs inside it. */
export interface Host {
  /** The execution whose `run` is on the stack, if any. */
  workflow(): WorkflowScope | undefined
  /** The step attempt whose body is on the stack, if any. */
  step(): StepContext | undefined
}

const SLOT = Symbol.for('baton.host')
type Slot = { [SLOT]?: Host }

/** Makes `host` answer for this process. */
export function installHost(host: Host): void {
  ;(globalThis as Slot)[SLOT] = host
}

export function currentHost(): Host | undefined {
  return (globalThis as Slot)[SLOT]
}
