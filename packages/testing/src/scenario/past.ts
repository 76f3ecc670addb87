// What has happened to an execution, for `given`.
import { encode, type Encoded, type HistoryEvent, toFailure } from '@baton/runtime/core'

/** The token of a wait, unless another is given. */
export const TOKEN = 'token'

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

/** The signal `name` came. */
export function signalReceived(name: string, ...args: readonly unknown[]): HistoryEvent {
  return { type: 'SignalReceived', id: `${name} ${String(args)}`, name, args: encodeArgs(args) }
}

/** The update `name` was accepted, under the id by which `updateCompleted` means it. */
export function updateAccepted(id: string, name: string, ...args: readonly unknown[]): HistoryEvent {
  return { type: 'UpdateAccepted', id, name, args: encodeArgs(args) }
}

/** The update's method returned `output`. */
export function updateCompleted(id: string, output?: unknown): HistoryEvent {
  return { type: 'UpdateCompleted', id, output: encode('The output', output) }
}

/** The child that `command` asked for, such as `child:shipment`, was started. */
export function childStarted(command: string, execution: string): HistoryEvent {
  return { type: 'ChildStarted', command, execution }
}

/** The child returned `output`. */
export function childCompleted(command: string, output?: unknown): HistoryEvent {
  return { type: 'ChildCompleted', command, output: encode('The output', output) }
}

/** The child ended with `error`. */
export function childFailed(command: string, error: Error): HistoryEvent {
  return { type: 'ChildFailed', command, failure: toFailure(error) }
}

/** The wait of `command`, such as `token:manager`, got its token. */
export function tokenIssued(command: string, token = TOKEN): HistoryEvent {
  return { type: 'TokenIssued', command, token }
}

/** The token was completed with `value`. */
export function tokenCompleted(command: string, value?: unknown): HistoryEvent {
  return { type: 'TokenCompleted', command, output: encode('The value', value) }
}

/** An iteration of a `forEach` returned `output`: `forEach[0]`. */
export function iterationCompleted(command: string, output?: unknown): HistoryEvent {
  return { type: 'IterationCompleted', command, output: encode('The output', output) }
}

/** `patched(id)` answered true. */
export function marked(id: string): HistoryEvent {
  return { type: 'Patched', id }
}

/** The execution was asked to stop. */
export function stopRequested(reason = 'asked by a client'): HistoryEvent {
  return { type: 'StopRequested', reason }
}

/** The timeout of the execution or of its run was reached. */
export function timedOut(which: 'execution' | 'run' = 'execution'): HistoryEvent {
  return { type: 'TimedOut', which }
}

/** The arguments of a call as the log has them. */
export function encodeArgs(args: readonly unknown[]): Encoded {
  return args.length === 0 ? null : encode('The arguments', args)
}
