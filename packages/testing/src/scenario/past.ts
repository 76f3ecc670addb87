// What has happened to an execution, for `given`.
import { encode, type HistoryEvent, toFailure } from '@baton/runtime/core'

/** The execution was started with `input`. */
export function started(input?: unknown): HistoryEvent {
  return { type: 'ExecutionStarted', input: encode('The input', input) }
}

/** The step's call `command`, such as `charge` or `pack#2`, returned `output`. */
export function stepCompleted(command: string, output?: unknown): HistoryEvent {
  return { type: 'StepCompleted', command, output: encode('The output', output) }
}

/** Attempt `attempt` failed, and another is due at `retryAt`. */
export function stepRetrying(command: string, error: Error, { attempt, retryAt }: { readonly attempt: number; readonly retryAt: Date }): HistoryEvent {
  return { type: 'StepRetrying', command, attempt, retryAt: retryAt.getTime(), failure: toFailure(error) }
}

/** The step has used up its attempts. */
export function stepFailed(command: string, error: Error, attempts = 1): HistoryEvent {
  return { type: 'StepFailed', command, attempts, failure: toFailure(error) }
}

/** A sleep began: `sleep`, then `sleep#2`. */
export function timerStarted(command: string, dueAt: Date): HistoryEvent {
  return { type: 'TimerStarted', command, dueAt: dueAt.getTime() }
}

/** A sleep ended. */
export function timerFired(command: string): HistoryEvent {
  return { type: 'TimerFired', command }
}
