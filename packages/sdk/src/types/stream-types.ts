/** Options of `stepContext().publish`. */
export interface PublishOptions {
  /** 1 to 200 characters: of this call of the step and this stream, what is published under the same key again is not written again. */
  readonly key?: string
}

/** How far a step is, as it says itself. */
export interface ProgressReport {
  readonly done: number
  readonly total?: number
  readonly message?: string
}

/** An item of the stream `progress`, which `stepContext().progress` writes to. */
export interface StepProgress {
  readonly step: string
  /** 0 to 1, where it is known. */
  readonly fraction?: number
  readonly done?: number
  readonly total?: number
  readonly message?: string
}
