// Where the code on the stack is: in the `run` of an execution, in a step, or neither. Node carries it across awaits.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { StepContext } from '@baton/sdk'
import { installHost, type WorkflowScope } from '@baton/sdk/host'

type Ambient =
  | { readonly kind: 'workflow'; readonly scope: WorkflowScope; readonly execution: string }
  | { readonly kind: 'step'; readonly context: StepContext }

const ambient = new AsyncLocalStorage<Ambient>()

installHost({
  workflow() {
    const here = ambient.getStore()
    return here?.kind === 'workflow' ? here.scope : undefined
  },
  step() {
    const here = ambient.getStore()
    return here?.kind === 'step' ? here.context : undefined
  },
})

export function inWorkflow<R>(scope: WorkflowScope, act: () => R, execution = 'unnamed'): R {
  return ambient.run({ kind: 'workflow', scope, execution }, act)
}

export function inStep<R>(context: StepContext, act: () => R): R {
  return ambient.run({ kind: 'step', context }, act)
}

/** For people: whose code is on the stack; undefined outside of any execution. */
export function whereabouts(): string | undefined {
  const here = ambient.getStore()
  if (here?.kind === 'workflow') return `run() of execution '${here.execution}'`
  if (here?.kind === 'step') return `step '${here.context.step}' of execution '${here.context.executionId}'`
  return undefined
}
