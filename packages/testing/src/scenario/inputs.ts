// What the world tells an execution next, for `when`.
import { encode, type Input, toFailure } from '@baton/runtime/core'
import { encodeArgs, TOKEN } from './past.ts'

/** An attempt of the step's call `command` returns `output`. */
export function completes(command: string, output?: unknown, attempt = 1): Input {
  return { kind: 'completed', command, attempt, output: encode('The output', output) }
}

/** An attempt of the step's call `command` throws `error`. */
export function fails(command: string, error: Error, attempt = 1): Input {
  return { kind: 'failed', command, attempt, failure: toFailure(error) }
}

/** The timer of a sleep is due. */
export function fires(command: string): Input {
  return { kind: 'timer', command }
}

/** The signal `name` arrives. */
export function signals(name: string, ...args: readonly unknown[]): Input {
  return { kind: 'signal', id: '', name, args: encodeArgs(args) }
}

/** The update `name` arrives. */
export function updates(name: string, ...args: readonly unknown[]): Input {
  return { kind: 'update', id: '', name, args: encodeArgs(args) }
}

/** The execution is asked to stop. */
export function stops(reason = 'asked by a client'): Input {
  return { kind: 'stop', reason }
}

/** The execution is killed. */
export function kills(reason = 'asked by a client'): Input {
  return { kind: 'kill', reason }
}

/** The timeout of the execution or of its run is reached. */
export function expires(which: 'execution' | 'run' = 'execution'): Input {
  return { kind: 'expired', which }
}

/** The child that `command` asked for, such as `child:shipment`, has been started. */
export function childStarts(command: string, execution: string): Input {
  return { kind: 'child-started', command, execution }
}

/** The child returns `output`. */
export function childCompletes(command: string, output?: unknown): Input {
  return { kind: 'child-completed', command, output: encode('The output', output) }
}

/** The child ends with `error`. */
export function childFails(command: string, error: Error): Input {
  return { kind: 'child-failed', command, failure: toFailure(error) }
}

/** The token of `command`, such as `token:manager`, is completed with `value`. */
export function tokenCompletes(command: string, value?: unknown, token = TOKEN): Input {
  return { kind: 'token', command, token, output: encode('The value', value) }
}

/** The token of `command` is failed with `error`. */
export function tokenFails(command: string, error: Error, token = TOKEN): Input {
  return { kind: 'token-failed', command, token, failure: toFailure(error) }
}
