/** What workflow code knows of its own execution. */
export interface ExecutionInfo {
  readonly executionId: string
  readonly workflow: string
  readonly version: string
  /** When this run began: the execution's start, or the last `continueAsNew`. */
  readonly startedAt: Date
  /** Counts from 1; each `continueAsNew` begins another. */
  readonly run: number
  /** The execution that started this one as its child. */
  readonly parent: string | undefined
  /** Events of this run so far; a reason to `continueAsNew` when it grows into the ten thousands. */
  readonly historyLength: number
}
