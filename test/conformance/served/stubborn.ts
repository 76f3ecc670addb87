import { Run, Step, stepContext, StepFailed, Workflow } from '@baton/sdk'
import { note } from '../../support/marks.ts'

/** A step that fails at every attempt. */
@Workflow({ name: 'stubborn' })
export class Stubborn {
  @Step({ retry: { maxAttempts: 4, delay: 30, backoff: 1 } }) async attempt(): Promise<void> {
    note(`attempt ${stepContext().attempt}`)
    throw new Error(`failure ${stepContext().attempt}`)
  }

  @Run() async run(): Promise<string> {
    try {
      await this.attempt()
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error
      return `${error.attempts}: ${(error.cause as Error).message}`
    }
    return 'succeeded'
  }
}

export const workflows = [Stubborn]
