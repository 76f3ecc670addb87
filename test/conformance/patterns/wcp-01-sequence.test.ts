// WCP-1 Sequence: an activity begins when the one before it has ended.
import { Run, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'payment' })
class Payment {
  @Step() async verifyAccount(account: string): Promise<string> {
    return `verified ${account}`
  }

  @Step() async debit(account: string): Promise<string> {
    return `receipt of ${account}`
  }

  @Run() async run(account: string): Promise<string> {
    return this.debit(await this.verifyAccount(account))
  }
}

const scene = pattern('WCP-1 Sequence', [Payment])

scene('the account is verified, then debited', async (env) => {
  env.mock(Payment, 'verifyAccount').mockDelay('1h')
  const payment = await env.start(Payment, { input: 'ann' })
  expect(await payment.result()).toBe('receipt of verified ann')
  await expect(payment).toHaveRunSteps(['verifyAccount', 'debit'])
})
