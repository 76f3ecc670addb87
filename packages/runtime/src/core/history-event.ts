import type { Encoded } from '../payload/codec.ts'
import type { Failure } from '../payload/failure.ts'
import type { StartInfo } from './start-info.ts'

/** What an execution's log says happened; times are milliseconds of the database's clock since 1970. */
export type HistoryEvent = Fact & Place

/** Where and when an event stands in the log. */
interface Place {
  /** The path of the forEach iteration whose log it is in; undefined in the main log. */
  readonly lane?: string | undefined
  readonly at?: number | undefined
}

type Fact =
  | { readonly type: 'ExecutionStarted'; readonly input: Encoded; readonly start?: StartInfo | undefined }
  /** The first event of the next run of the same execution. */
  | { readonly type: 'ContinuedAsNew'; readonly input: Encoded; readonly start?: StartInfo | undefined }
  | { readonly type: 'StepCompleted'; readonly command: string; readonly output: Encoded }
  | { readonly type: 'StepRetrying'; readonly command: string; readonly attempt: number; readonly retryAt: number; readonly failure: Failure; readonly details?: Encoded | undefined }
  | { readonly type: 'StepFailed'; readonly command: string; readonly attempts: number; readonly failure: Failure }
  | { readonly type: 'TimerStarted'; readonly command: string; readonly dueAt: number }
  | { readonly type: 'TimerFired'; readonly command: string }
  | { readonly type: 'SignalReceived'; readonly id: string; readonly name: string; readonly args: Encoded }
  | { readonly type: 'UpdateAccepted'; readonly id: string; readonly name: string; readonly args: Encoded }
  | { readonly type: 'UpdateCompleted'; readonly id: string; readonly output: Encoded }
  | { readonly type: 'UpdateFailed'; readonly id: string; readonly failure: Failure }
  | { readonly type: 'ChildStarted'; readonly command: string; readonly execution: string }
  | { readonly type: 'ChildStartFailed'; readonly command: string; readonly failure: Failure }
  | { readonly type: 'ChildCompleted'; readonly command: string; readonly output: Encoded }
  | { readonly type: 'ChildFailed'; readonly command: string; readonly failure: Failure }
  | { readonly type: 'MessageDelivered'; readonly command: string }
  | { readonly type: 'MessageFailed'; readonly command: string; readonly failure: Failure }
  | { readonly type: 'TokenIssued'; readonly command: string; readonly token: string }
  | { readonly type: 'TokenCompleted'; readonly command: string; readonly output: Encoded }
  | { readonly type: 'TokenFailed'; readonly command: string; readonly failure: Failure }
  | { readonly type: 'IterationCompleted'; readonly command: string; readonly output: Encoded; readonly undo?: readonly Undo[] | undefined }
  | { readonly type: 'IterationFailed'; readonly command: string; readonly failure: Failure; readonly undo?: readonly Undo[] | undefined }
  /** `within` is the iteration that asked. */
  | { readonly type: 'Patched'; readonly id: string; readonly within?: string | undefined }
  | { readonly type: 'AttributesSet'; readonly attributes: Encoded }
  | { readonly type: 'StopRequested'; readonly reason: string }
  | { readonly type: 'TimedOut'; readonly which: 'execution' | 'run' }
  | { readonly type: 'ExecutionCompleted'; readonly output: Encoded }
  | { readonly type: 'ExecutionFailed'; readonly failure: Failure }
  | { readonly type: 'ExecutionStopped'; readonly failure: Failure }
  | { readonly type: 'ExecutionTimedOut'; readonly failure: Failure }
  | { readonly type: 'ExecutionKilled'; readonly failure: Failure }

/** A completed step that knows what undoes it. */
export interface Undo {
  /** The compensating step. */
  readonly step: string
  readonly args: Encoded
  readonly output: Encoded
}

