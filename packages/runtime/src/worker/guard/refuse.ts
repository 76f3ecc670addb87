import type { Region } from '../../core/region.ts'
import { outside } from '../ambient.ts'
import { NonDeterministic } from './non-deterministic.ts'
import { callerOf } from './source-position.ts'

type AnyFunction = (...args: never[]) => unknown

export const INTO_A_STEP = 'Move the call into a step.'

/** What a refused call gives its caller: it throws, or rejects where the function answers with a promise. */
export type Manner = 'throws' | 'rejects'

/**
 * Remembers on the execution that its code called what it may not; undefined where it is Node's own call. `below` is the
 * guarded function on the stack.
 */
export function violation(here: Region, call: string, mend: string, below: AnyFunction): NonDeterministic | undefined {
  // Source maps may be read from files while the stack is formatted.
  const { position, isNode } = outside(() => callerOf(below))
  if (isNode) return undefined
  const error = new NonDeterministic({ call, where: `run() of execution '${here.execution.id}'`, position, mend })
  here.execution.violate(error)
  return error
}
