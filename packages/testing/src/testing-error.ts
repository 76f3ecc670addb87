import { BatonError } from '@baton/sdk'

/** What a test asked of the kit makes no sense: a step or workflow there is not, or a file that is no history. */
export class TestingError extends BatonError {
  static override readonly kind = 'TestingError'
}
