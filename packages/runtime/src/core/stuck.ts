import { BatonError } from '@baton/sdk'

/** The program awaits a promise that is not Baton's, such as I/O or a timer of its own; nothing in the log can wake it. */
export class ForeignWait extends BatonError {
  static override readonly kind = 'ForeignWait'

  constructor(workflow: string) {
    super(
      'ForeignWait',
      `run() of workflow '${workflow}' awaits something that is no step and no sleep, so that nothing in its log can wake it. Move the I/O or the timer into a step.`,
    )
  }
}
