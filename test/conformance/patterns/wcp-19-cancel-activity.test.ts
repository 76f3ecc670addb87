// WCP-19 Cancel Activity: an activity that has begun is withdrawn, and the case goes on. It runs in a scope of its own.
import { CancellationScope, isCancelled, Run, Signal, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'purchase' })
class Purchase {
  #assessment: CancellationScope | undefined

  @Signal() skipAssessment(): void {
    this.#assessment?.cancel('the customer is known')
  }

  @Step() async assess(): Promise<string> {
    return 'assessed'
  }

  @Step() async deliver(how: string): Promise<string> {
    return `${how}, delivered`
  }

  @Run() async run(): Promise<string> {
    const scope = (this.#assessment = new CancellationScope())
    const assessed = await scope.run(() => this.assess()).catch((error: unknown) => {
      if (isCancelled(error) && scope.cancelled) return 'not assessed'
      throw error
    })
    return this.deliver(assessed)
  }
}

const scene = pattern('WCP-19 Cancel Activity', [Purchase])

scene('the assessment is withdrawn, and the delivery follows', async (env) => {
  env.mock(Purchase, 'assess').mockDelay('9d')
  const purchase = await env.start(Purchase, { input: undefined })
  env.at('1d', () => purchase.signal('skipAssessment'))
  expect(await purchase.result()).toBe('not assessed, delivered')
  await expect(purchase).toHaveRunSteps(['deliver'])
})

scene('undisturbed it is done', async (env) => {
  expect(await env.execute(Purchase, { input: undefined })).toBe('assessed, delivered')
})
