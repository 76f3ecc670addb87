// What the world tells an execution: answers to what it waits for, messages, a stop, its timeout, a kill; in any order.
import { ApplicationError } from '@baton/sdk'
import type { Execution } from '../../../packages/runtime/src/core/execution.ts'
import type { Input } from '../../../packages/runtime/src/core/input.ts'
import { encode } from '../../../packages/runtime/src/payload/codec.ts'
import { type Failure, toFailure } from '../../../packages/runtime/src/payload/failure.ts'
import { tokenOf } from './machine.ts'

type Wait = ReturnType<Execution['waits']>[number]

/** Choices that a property shrinks: each answer of the world is made of the next of them. */
export class Choices {
  readonly #choices: readonly number[]
  #next = 0

  constructor(choices: readonly number[]) {
    this.#choices = choices
  }

  below(bound: number): number {
    const choice = this.#choices[this.#next++ % this.#choices.length] ?? 0
    return bound <= 0 ? 0 : (choice + this.#next * 7) % bound
  }

  of<T>(values: readonly T[]): T | undefined {
    return values[this.below(values.length)]
  }
}

const value = (given: unknown): string | null => encode('A value', given)

/** An error without its stack: that names this file, and lines of it. */
function failure(error: Error): Failure {
  const { stack: _, ...rest } = toFailure(error)
  return rest
}

export class World {
  readonly #choices: Choices
  #messages = 0

  constructor(choices: Choices) {
    this.#choices = choices
  }

  /** Undefined where the execution waits for nothing that the world would answer. */
  next(execution: Execution): Input | undefined {
    const choices = this.#choices
    switch (choices.below(40)) {
      case 0:
        return { kind: 'stop', reason: 'enough' }
      case 1:
        return choices.below(4) === 0 ? { kind: 'kill', reason: 'at once' } : { kind: 'expired', which: 'execution' }
      case 2: case 3: case 4: case 5: case 6:
        return this.#signal()
      case 7: case 8: case 9:
        return this.#update()
    }
    const wait = choices.of(execution.waits().filter(({ kind }) => kind !== 'condition' && kind !== 'iteration'))
    if (wait) return this.#answer(wait)
    return execution.isStuck ? undefined : this.#signal()
  }

  /** The kindest thing it can say, so that programs end; undefined where there is nothing left. */
  kind(execution: Execution): Input | undefined {
    const wait = execution.waits().find(({ kind }) => kind !== 'condition' && kind !== 'iteration')
    if (wait?.command === undefined) return this.#messages < 12 ? this.#signal() : undefined
    const { command } = wait
    switch (wait.kind) {
      case 'step':
        return { kind: 'completed', command, attempt: wait.attempt ?? 1, output: value('well') }
      case 'child':
        return { kind: 'child-completed', command, output: value('grown') }
      case 'token':
        return { kind: 'token', command, token: tokenOf(command), output: value('given') }
      case 'message':
        return { kind: 'delivered', command }
      default:
        return { kind: 'timer', command }
    }
  }

  #signal(): Input {
    const args = value([this.#choices.below(3) === 0 ? 'run' : 'count'])
    return { kind: 'signal', id: `s${++this.#messages}`, name: 'poke', args }
  }

  #update(): Input {
    return { kind: 'update', id: `u${++this.#messages}`, name: 'change', args: value([this.#choices.of(['accept', 'reject', 'fail', 'run'])]) }
  }

  #answer({ kind, command = '', attempt = 1 }: Wait): Input {
    const choices = this.#choices
    const fate = choices.below(6)
    switch (kind) {
      case 'step':
        if (fate === 0) return { kind: 'failed', command, attempt, failure: failure(new Error(`boom ${attempt}`)) }
        if (fate === 1) return { kind: 'failed', command, attempt, failure: failure(new ApplicationError('final', { details: attempt })) }
        if (fate === 2) return { kind: 'failed', command, attempt, failure: failure(Object.assign(new Error('listed'), { name: 'Fatal' })), details: value('so far') }
        return { kind: 'completed', command, attempt, output: value(choices.below(100)) }
      case 'child':
        if (fate < 2) return { kind: 'child-started', command, execution: `child of ${command}` }
        if (fate === 2) return { kind: 'child-refused', command, failure: failure(new Error('taken')) }
        if (fate === 3) return { kind: 'child-failed', command, failure: failure(new Error('grew badly')) }
        return { kind: 'child-completed', command, output: value(choices.below(100)) }
      case 'token':
        if (fate === 0) return { kind: 'token-failed', command, token: tokenOf(command), failure: failure(new Error('no')) }
        return { kind: 'token', command, token: tokenOf(command), output: value(choices.below(100)) }
      case 'message':
        if (fate === 0) return { kind: 'undelivered', command, failure: failure(new Error('nobody there')) }
        return { kind: 'delivered', command }
      default:
        return { kind: 'timer', command }
    }
  }
}
