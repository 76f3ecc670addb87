import { BatonError } from '@baton/sdk'

/** The log and the code disagree: what the log has next, and what the code asked for instead. */
export interface MismatchDetail {
  readonly seq: number
  readonly expected: string
  readonly actual: readonly string[]
  /** The step that the event is about, as a node of the graph is called. */
  readonly node?: string | undefined
  /** Where the steps that were asked for are written, `src/order.ts:12:3` by name, as far as the manifest says. */
  readonly positions?: Readonly<Record<string, string>> | undefined
  /** What was probably changed. */
  readonly change?: string | undefined
}

/**
 * The code that replays an execution is not the code that wrote its history; the execution is blocked, its log untouched.
 */
export class HistoryMismatch extends BatonError {
  static override readonly kind = 'HistoryMismatch'
  readonly detail: MismatchDetail

  constructor(detail: MismatchDetail) {
    const actual = detail.actual.length === 0 ? 'nothing' : detail.actual.map((command) => located(command, detail.positions)).join(', ')
    super(
      'HistoryMismatch',
      `Event ${detail.seq} of the history is ${detail.expected}, but the code at this point waits for ${actual}.${detail.change === undefined ? '' : ` ${detail.change}`}`,
    )
    this.detail = detail
  }
}

function located(command: string, positions: MismatchDetail['positions']): string {
  const position = positions?.[command]
  return position === undefined ? command : `${command} (${position})`
}
