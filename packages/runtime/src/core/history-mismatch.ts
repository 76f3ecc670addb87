import { BatonError } from '@baton/sdk'

/** The log and the code disagree: what the log has next, and what the code asked for instead. */
export interface MismatchDetail {
  readonly seq: number
  readonly expected: string
  readonly actual: readonly string[]
}

/**
 * The code that replays an execution is not the code that wrote its history; the execution is blocked, its log untouched.
 */
export class HistoryMismatch extends BatonError {
  static override readonly kind = 'HistoryMismatch'
  readonly detail: MismatchDetail

  constructor(detail: MismatchDetail) {
    const actual = detail.actual.length === 0 ? 'nothing' : detail.actual.join(', ')
    super(
      'HistoryMismatch',
      `Event ${detail.seq} of the history is ${detail.expected}, but the code at this point waits for ${actual}.`,
    )
    this.detail = detail
  }
}
