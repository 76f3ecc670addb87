import { decode, type Encoded } from '@baton/runtime/core'

/** One attempt of a step, as it began. */
export interface StepCall<A extends readonly unknown[] = readonly unknown[]> {
  /** The execution that called it. */
  readonly executionId: string
  /** The identity of the call in its execution: `pack`, then `pack#2`. */
  readonly command: string
  /** Counts from 1. */
  readonly attempt: number
  /** The arguments it was given, as a step's body gets them: decoded from the log. */
  readonly args: A
  /** Virtual time. */
  readonly at: Date
}

export interface NewCall {
  readonly executionId: string
  readonly command: string
  readonly attempt: number
  readonly args: Encoded
  readonly at: number
}

/** The attempts of each step, mocked or not, in the order they began. */
export class Calls {
  readonly #calls = new Map<string, NewCall[]>()

  record(workflow: string, step: string, call: NewCall): void {
    const calls = this.#calls.get(keyOf(workflow, step))
    if (calls) calls.push(call)
    else this.#calls.set(keyOf(workflow, step), [call])
  }

  of(workflow: string, step: string): readonly StepCall[] {
    const calls = this.#calls.get(keyOf(workflow, step)) ?? []
    return calls.map(({ args, at, ...call }) => ({ ...call, args: argsOf(args), at: new Date(at) }))
  }
}

/** The arguments of a step as they were given. */
export function argsOf(encoded: Encoded): readonly unknown[] {
  const args = decode(encoded)
  return Array.isArray(args) ? args : []
}

function keyOf(workflow: string, step: string): string {
  return `${workflow}/${step}`
}
