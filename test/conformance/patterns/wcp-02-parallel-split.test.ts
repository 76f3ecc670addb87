// WCP-2 Parallel Split: one branch becomes several that run at the same time. Steps of a graph that come after the same step do.
import { type Outputs, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'enrolment' })
class Enrolment {
  @Step() async capture(student: string): Promise<string> {
    return student
  }

  @Step({ after: ['capture'] }) async createProfile(up: Outputs<Enrolment, 'capture'>): Promise<string> {
    return `profile of ${up.capture}`
  }

  @Step({ after: ['capture'] }) async issueCard(up: Outputs<Enrolment, 'capture'>): Promise<string> {
    return `card of ${up.capture}`
  }
}

const scene = pattern('WCP-2 Parallel Split', [Enrolment])

scene('both branches begin at the moment the enrolment is captured', async (env) => {
  env.mock(Enrolment, 'capture').mockDelay('1h')
  env.mock(Enrolment, 'createProfile').mockDelay('2h')
  env.mock(Enrolment, 'issueCard').mockDelay('1h')
  const enrolment = await env.start(Enrolment, { input: 'ann' })
  expect(await enrolment.result()).toEqual({ createProfile: 'profile of ann', issueCard: 'card of ann' })
  await expect(enrolment).toHaveRunSteps(['capture', 'issueCard', 'createProfile'])
  expect(env.calls(Enrolment, 'issueCard')[0]?.at).toEqual(env.calls(Enrolment, 'createProfile')[0]?.at)
})
