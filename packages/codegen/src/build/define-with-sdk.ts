// Defaults and limits are the SDK's: a stand-in class is decorated with what was read, and the SDK defines it as it would the
// author's own. So the manifest cannot disagree with the runtime, and no user code runs.
import { BatonError, Query, Run, Signal, Step, Update, Workflow } from '@baton/sdk'
import { defineWorkflow, type HandlerKind, type WorkflowDefinition } from '@baton/sdk/host'
import type { RuleContext } from '../check/rule.ts'
import type { AttributesValue, HandlerOptionsValue, StepOptionsValue, WorkflowOptionsValue } from '../read/step-options.ts'

/** What the SDK makes of evaluated options, or its refusal. */
export function defineWithSdk(
  options: WorkflowOptionsValue,
  steps: ReadonlyMap<string, StepOptionsValue>,
  imperative: boolean,
  declared: AttributesValue = {},
  messages: readonly Message[] = [],
): WorkflowDefinition | BatonError {
  class StandIn {}
  const descriptor = { value: async (): Promise<void> => {} }
  try {
    for (const message of messages) declareMessage(StandIn.prototype, message)
    for (const [name, step] of steps) Step(step)(StandIn.prototype, name, descriptor)
    if (imperative) Run()(StandIn.prototype, 'run', descriptor)
    Workflow(options)(Object.assign(StandIn, declared) as typeof StandIn)
    return defineWorkflow(StandIn)
  } catch (error) {
    if (error instanceof BatonError) return error
    throw error
  }
}

/** A signal, query or update, as far as its definition depends on more than types. */
export interface Message extends HandlerOptionsValue {
  readonly name: string
  readonly kind: HandlerKind
}

/** The messages of a class as read. */
export function messagesOf({ workflow, handlers }: RuleContext): readonly Message[] {
  return [...workflow.handlers.values()].map(({ name, kind }) => ({ ...handlers.get(name), name, kind }))
}

function declareMessage(prototype: object, { name, kind, validate }: Message): void {
  const descriptor = { value: (): void => {} }
  if (kind === 'signal') Signal()(prototype, name, descriptor)
  if (kind === 'query') Query()(prototype, name, descriptor)
  if (kind !== 'update') return
  Update(validate === undefined ? {} : { validate })(prototype, name, descriptor)
  // Whether the class has the method is for a rule of its own to say, at the option.
  if (validate !== undefined) Object.defineProperty(prototype, validate, { ...descriptor, configurable: true })
}
