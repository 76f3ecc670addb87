import { BatonError } from '@baton/sdk'

/** The program awaits a promise that is not Baton's, such as I/O or a timer of its own; nothing in the log can wake it. */
export class ForeignWait extends BatonError {
  static override readonly kind = 'ForeignWait'

  /** `positions`: the lines at which it waits, as far as they are known. */
  constructor(workflow: string, positions: readonly string[] = []) {
    const where = positions.length === 0 ? '' : ` It waits at ${positions.join(', ')}.`
    super(
      'ForeignWait',
      `run() of workflow '${workflow}' awaits something that is no step and no sleep, so that nothing in its log can wake it.${where} Move the I/O or the timer into a step.`,
    )
  }
}
