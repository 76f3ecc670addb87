// WCP-37 Local Synchronizing Merge: in a process without loops a merge waits for as many branches as were enabled, though they do
// not come from one choice. In a graph a step that cannot run any more ends as unsatisfied, and so do those that need it: each merge
// sees by itself when its last branch has ended.
import { type Outputs, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

interface Loan { readonly amount: number; readonly abroad: boolean }

@Workflow({ name: 'loan' })
class LoanWorkflow {
  @Step() async register({ amount }: Loan): Promise<string> {
    return `loan of ${amount}`
  }

  @Step({ after: ['register'], when: (_up: Outputs<LoanWorkflow, 'register'>, loan: Loan) => loan.amount > 1_000 })
  async checkCredit(): Promise<number> {
    return 600
  }

  @Step({ after: ['register'], when: (_up: Outputs<LoanWorkflow, 'register'>, loan: Loan) => loan.abroad })
  async checkFraud(): Promise<string> {
    return 'no fraud'
  }

  /** A choice within a branch: the merges below cannot know how many branches come. */
  @Step({ after: ['checkCredit'], when: (up: Outputs<LoanWorkflow, 'checkCredit'>) => up.checkCredit < 500 })
  async askGuarantor(): Promise<string> {
    return 'guarantor'
  }

  @Step({ after: ['register', 'askGuarantor', 'checkFraud'], join: 'any' })
  async decide(up: Partial<Outputs<LoanWorkflow, 'register' | 'askGuarantor' | 'checkFraud'>>): Promise<string> {
    return [up.register, up.askGuarantor, up.checkFraud].filter((each) => each !== undefined).join(', ')
  }

  @Step({ after: ['checkCredit', 'checkFraud'], join: 'any' })
  async fileReports(up: Partial<Outputs<LoanWorkflow, 'checkCredit' | 'checkFraud'>>): Promise<number> {
    return Object.values(up).filter((each) => each !== undefined).length
  }
}

const scene = pattern('WCP-37 Local Synchronizing Merge', [LoanWorkflow])

scene('each merge waits for those branches that come', async (env) => {
  env.mock(LoanWorkflow, 'checkCredit').returns(400, { delay: '1h' })
  env.mock(LoanWorkflow, 'checkFraud').mockDelay('1d')
  env.mock(LoanWorkflow, 'askGuarantor').mockDelay('3d')
  const large = await env.start(LoanWorkflow, { input: { amount: 9_000, abroad: true } })
  expect(await large.result()).toEqual({ decide: 'loan of 9000, guarantor, no fraud', fileReports: 2 })
  await expect(large).toHaveRunSteps(['register', 'checkCredit', 'checkFraud', 'fileReports', 'askGuarantor', 'decide'])
  const foreign = await env.start(LoanWorkflow, { input: { amount: 5, abroad: true } })
  expect(await foreign.result()).toEqual({ decide: 'loan of 5, no fraud', fileReports: 1 })
  const small = await env.start(LoanWorkflow, { input: { amount: 5, abroad: false } })
  expect(await small.result()).toEqual({ decide: 'loan of 5' })
})
