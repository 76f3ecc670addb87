// Where the code on the stack is: in the `run` of an execution, in a step, or neither. Node carries it across awaits.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { StepContext } from '@baton/sdk'
import { installHost, type WorkflowScope } from '@baton/sdk/host'

type Ambient =
  | { readonly kind: 'workflow'; readonly scope: WorkflowScope }
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

export function inWorkflow<R>(scope: WorkflowScope, act: () => R): R {
  return ambient.run({ kind: 'workflow', scope }, act)
}

export function inStep<R>(context: StepContext, act: () => R): R {
  return ambient.run({ kind: 'step', context }, act)
}
