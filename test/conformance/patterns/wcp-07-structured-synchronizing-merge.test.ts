// WCP-7 Structured Synchronizing Merge: what follows a multi-choice begins when all branches that were chosen have ended. In a
// graph that is `join: 'any'`: it waits for every branch, and those that `when` has ruled out have ended as unsatisfied.
import { type Outputs, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

interface Claim { readonly injured: boolean; readonly damaged: boolean }

@Workflow({ name: 'claim' })
class ClaimWorkflow {
  @Step() async register(claim: Claim): Promise<Claim> {
    return claim
  }

  @Step({ after: ['register'], when: (up: Outputs<ClaimWorkflow, 'register'>) => up.register.injured })
  async medicalReport(): Promise<string> {
    return 'medical report'
  }

  @Step({ after: ['register'], when: (up: Outputs<ClaimWorkflow, 'register'>) => up.register.damaged })
  async appraisal(): Promise<string> {
    return 'appraisal'
  }

  @Step({ after: ['medicalReport', 'appraisal'], join: 'any' })
  async decide({ medicalReport, appraisal }: Partial<Outputs<ClaimWorkflow, 'medicalReport' | 'appraisal'>>): Promise<string> {
    return [medicalReport, appraisal].filter((each) => each !== undefined).join(' and ')
  }
}

const scene = pattern('WCP-7 Structured Synchronizing Merge', [ClaimWorkflow])

scene('the decision waits for the branches that were chosen, and for no other', async (env) => {
  env.mock(ClaimWorkflow, 'medicalReport').mockDelay('7d')
  env.mock(ClaimWorkflow, 'appraisal').mockDelay('1d')
  const both = await env.start(ClaimWorkflow, { input: { injured: true, damaged: true } })
  expect(await both.result()).toEqual({ decide: 'medical report and appraisal' })
  await expect(both).toHaveRunSteps(['register', 'appraisal', 'medicalReport', 'decide'])
  const one = await env.start(ClaimWorkflow, { input: { injured: false, damaged: true } })
  expect(await one.result()).toEqual({ decide: 'appraisal' })
  await expect(one).toHaveRunSteps(['register', 'appraisal', 'decide'])
})
