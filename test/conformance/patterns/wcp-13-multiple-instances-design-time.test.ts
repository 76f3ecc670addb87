// WCP-13 Multiple Instances with a priori Design-Time Knowledge: as many instances as the author has written, then all are waited for.
import { Run, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

const DIRECTORS = ['ann', 'bob', 'cy'] as const

@Workflow({ name: 'annual-report' })
class AnnualReport {
  @Step() async sign(director: string): Promise<string> {
    return `signed by ${director}`
  }

  @Step() async publish(signatures: readonly string[]): Promise<string> {
    return signatures.join(', ')
  }

  @Run() async run(): Promise<string> {
    return this.publish(await Promise.all(DIRECTORS.map((director) => this.sign(director))))
  }
}

const scene = pattern('WCP-13 Multiple Instances with a priori Design-Time Knowledge', [AnnualReport])

scene('the report is published when all three have signed', async (env) => {
  env.mock(AnnualReport, 'sign').mockDelay('2d')
  const report = await env.start(AnnualReport, { input: undefined })
  expect(await report.result()).toBe('signed by ann, signed by bob, signed by cy')
  await expect(report).toHaveRunSteps(['sign', 'sign', 'sign', 'publish'])
})
