import { BatonError } from './baton-error.ts'

/** How `continueAsNew()` leaves `run`; not to be caught. */
export class ContinueAsNew extends BatonError {
  static override readonly kind = 'ContinueAsNew'
  readonly input: unknown

  constructor(input: unknown) {
    super('ContinueAsNew', 'The execution continues as new; let this pass through run().')
    this.input = input
  }
}
