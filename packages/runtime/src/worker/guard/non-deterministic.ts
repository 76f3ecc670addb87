import { BatonError } from '@baton/sdk'

/** A call that workflow code may not make. */
export interface ForbiddenCall {
  /** As its author wrote it: `fs.readFileSync()`. */
  readonly call: string
  /** `run() of execution 'order-42'`. */
  readonly where: string
  /** `/app/src/order.ts:23:17`; undefined where no line of the author's is on the stack. */
  readonly position: string | undefined
  /** What to write instead, as a sentence. */
  readonly mend: string
}

/**
 * Workflow code did what a replay cannot repeat, such as a request or reading a file. The execution is blocked before
 * anything of that turn is written, also where the code catches the error, and goes on with a worker whose code is mended.
 */
export class NonDeterministic extends BatonError {
  static override readonly kind = 'NonDeterministic'
  readonly call: string
  readonly position: string | undefined

  constructor({ call, where, position, mend }: ForbiddenCall) {
    const line = position === undefined ? '' : `, at ${position}`
    super(
      'NonDeterministic',
      `${call} was called in ${where}${line}. What comes of it is not in the log, so that a replay would see something else. ${mend}`,
    )
    this.call = call
    this.position = position
  }
}
