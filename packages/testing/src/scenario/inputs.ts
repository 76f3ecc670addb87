// What the world tells an execution next, for `when`.
import { encode, type Input, toFailure } from '@baton/runtime/core'

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
