import { BatonError } from './baton-error.ts'

/** What can be wrong with a workflow class; the code of a `DefinitionError`. */
export type DefinitionErrorCode =
  | 'NotAWorkflow'
  | 'InvalidName'
  | 'NoSteps'
  | 'RunWithAfter'
  | 'UnknownStep'
  | 'CyclicSteps'
  | 'InvalidOption'
  | 'InvalidDuration'
  | 'InvalidInput'
  | 'UnknownMethod'
  | 'InvalidTrigger'

/**
 * A decorated class is not a workflow Baton can run; raised when the class is defined or registered, never at run time.
 *
 * @example
 * class Etl { @Step({ after: ['extrakt'] }) async clean() {} } // throws DefinitionError UnknownStep: did you mean 'extract'?
 */
export class DefinitionError extends BatonError {
  static override readonly kind = 'DefinitionError'

  constructor(code: DefinitionErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options)
  }
}
