// Where the code on the stack is: in the `run` of an execution, in a step, or neither. Node carries it across awaits.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { StepContext } from '@baton/sdk'
import { installHost } from '@baton/sdk/host'
import type { Owner, Region } from '../core/region.ts'

type Ambient =
  | { readonly kind: 'workflow'; readonly scope: Region; readonly guarded: boolean }
  | { readonly kind: 'step'; readonly context: StepContext }
  | undefined

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

/** Runs workflow code in a scope of its execution. */
export function inScope<R>(scope: Region, act: () => R, guarded = true): R {
  return ambient.run({ kind: 'workflow', scope, guarded }, act)
}

/** The scope of the code on the stack, if it is of this execution. */
export function currentScope(execution: Owner): Region | undefined {
  const here = ambient.getStore()
  return here?.kind === 'workflow' && here.scope.execution === execution ? here.scope : undefined
}

/** The scope of the code on the stack, if its clock, its chance and its I/O are the guard's. */
export function guardedScope(): Region | undefined {
  const here = ambient.getStore()
  return here?.kind === 'workflow' && here.guarded ? here.scope : undefined
}

export function inStep<R>(context: StepContext, act: () => R): R {
  return ambient.run({ kind: 'step', context }, act)
}

/** Runs what belongs to the process, though code of an execution is on the stack. */
export function outside<R>(act: () => R): R {
  return ambient.run(undefined, act)
}

/** For people: whose code is on the stack; undefined outside of any execution. */
export function whereabouts(): string | undefined {
  const here = ambient.getStore()
  if (here?.kind === 'workflow') return `run() of execution '${here.scope.execution.id}'`
  if (here?.kind === 'step') return `step '${here.context.step}' of execution '${here.context.executionId}'`
  return undefined
}
