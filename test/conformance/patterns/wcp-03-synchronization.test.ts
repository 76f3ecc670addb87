// WCP-3 Synchronization: what follows begins when all of the parallel branches have ended. That is `Promise.all`.
import { Run, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'dispatch' })
class Dispatch {
  @Step() async checkInvoice(order: string): Promise<string> {
    return `invoice of ${order}`
  }

  @Step() async producePapers(order: string): Promise<string> {
    return `papers of ${order}`
  }

  @Step() async send(documents: readonly string[]): Promise<string> {
    return documents.join(', ')
  }

  @Run() async run(order: string): Promise<string> {
    const documents = await Promise.all([this.checkInvoice(order), this.producePapers(order)])
    return this.send(documents)
  }
}

const scene = pattern('WCP-3 Synchronization', [Dispatch])

scene('nothing is sent before the slower branch has ended', async (env) => {
  env.mock(Dispatch, 'checkInvoice').mockDelay('3h')
  env.mock(Dispatch, 'producePapers').mockDelay('1h')
  const dispatch = await env.start(Dispatch, { input: 'o1' })
  expect(await dispatch.result()).toBe('invoice of o1, papers of o1')
  await expect(dispatch).toHaveRunSteps(['producePapers', 'checkInvoice', 'send'])
})
