import { BatonError } from './baton-error.ts'

/** What awaiting a child execution throws when it did not complete; `cause` is why. */
export class ChildFailed extends BatonError {
  static override readonly kind = 'ChildFailed'
  readonly workflow: string
  readonly executionId: string

  constructor(workflow: string, executionId: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super('ChildFailed', `Child '${executionId}' of workflow '${workflow}' did not complete: ${why}`, { cause })
    this.workflow = workflow
    this.executionId = executionId
  }
}

/** What `forEach` throws when iterations failed; `cause` is the first failure, `failures` the first hundred. */
export class ForEachFailed extends BatonError {
  static override readonly kind = 'ForEachFailed'
  readonly failed: number
  readonly failures: readonly { readonly index: number; readonly error: Error }[]

  constructor(name: string, failed: number, failures: readonly { readonly index: number; readonly error: Error }[]) {
    const [first] = failures
    super(
      'ForEachFailed',
      `${failed} iteration${failed === 1 ? '' : 's'} of '${name}' failed; the first, ${first?.index}: ${first?.error.message}`,
      { cause: first?.error },
    )
    this.failed = failed
    this.failures = failures
  }
}

/** The execution failed or was cancelled, and some of what it had done could not be undone; `cause` is the first trouble. */
export class CompensationFailed extends BatonError {
  static override readonly kind = 'CompensationFailed'
  /** The compensating steps that failed, in the order they were tried. */
  readonly failures: readonly { readonly step: string; readonly error: Error }[]

  constructor(cause: unknown, failures: readonly { readonly step: string; readonly error: Error }[]) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const what = failures.map(({ step, error }) => `${step}: ${error.message}`).join('; ')
    super('CompensationFailed', `After '${why}' not all could be undone: ${what}`, { cause })
    this.failures = failures
  }
}

/** A signal could not be given to another execution: there is none of this id, or it has ended. */
export class MessageNotDelivered extends BatonError {
  static override readonly kind = 'MessageNotDelivered'

  constructor(executionId: string, why: string) {
    super('MessageNotDelivered', `Nothing was sent to execution '${executionId}': ${why}.`)
  }
}
