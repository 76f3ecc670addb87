// WCP-9 Structured Discriminator: what follows begins when the first of the branches has ended; the others end without any
// effect, and only then the construct can be entered again. That is `Promise.race`, and a wait for all before the next round.
import { Run, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'cardiac-arrests' })
class CardiacArrests {
  @Step() async checkBreathing(patient: string): Promise<string> {
    return `${patient} by breathing`
  }

  @Step() async checkPulse(patient: string): Promise<string> {
    return `${patient} by pulse`
  }

  @Step() async triage(finding: string): Promise<string> {
    return finding
  }

  @Run() async run(patients: readonly string[]): Promise<readonly string[]> {
    const findings: string[] = []
    for (const patient of patients) {
      const checks = [this.checkBreathing(patient), this.checkPulse(patient)]
      findings.push(await this.triage(await Promise.race(checks)))
      await Promise.all(checks)
    }
    return findings
  }
}

const scene = pattern('WCP-9 Structured Discriminator', [CardiacArrests])

scene('the first check begins the triage; the next patient comes when the last check has ended', async (env) => {
  env.mock(CardiacArrests, 'checkBreathing').mockDelay('5m')
  env.mock(CardiacArrests, 'checkPulse').mockDelay('1m')
  const shift = await env.start(CardiacArrests, { input: ['ann', 'bob'] })
  expect(await shift.result()).toEqual(['ann by pulse', 'bob by pulse'])
  await expect(shift).toHaveRunSteps(['checkPulse', 'triage', 'checkBreathing', 'checkPulse', 'triage', 'checkBreathing'])
})
