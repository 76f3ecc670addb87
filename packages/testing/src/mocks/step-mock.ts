import { type Duration, parseDuration } from '@baton/sdk'
import { Mock } from './mock.ts'

/**
 * What attempts of one step do instead of its body; `A` are its arguments, `R` what it returns.
 *
 * @example env.mock(OrderWorkflow, 'charge').fails(new Error('down'), { times: 2 }).returns('receipt')
 */
export class StepMock<A extends readonly unknown[], R> extends Mock<A, R> {
  /**
   * Attempts take so much virtual time, those of the step's own body too.
   *
   * @throws DefinitionError `InvalidDuration`.
   */
  mockDelay(delay: Duration): this {
    this.behaviours.delay(parseDuration(delay))
    return this
  }
}
