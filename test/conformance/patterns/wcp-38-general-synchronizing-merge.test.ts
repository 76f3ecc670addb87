// WCP-38 General Synchronizing Merge: as the local one, in a process with loops: the merge waits until no branch can arrive any
// more. A branch is a promise: a loop back into another branch is a call that it awaits, so that it has settled only when nothing
// that came of it can arrive.
import { Run, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'permit' })
class Permit {
  readonly #findings: string[] = []

  @Step() async inspectSite(round: number): Promise<{ readonly finding: string; readonly redraw: boolean }> {
    return { finding: `site ${round}`, redraw: round < 3 }
  }

  @Step() async draw(round: number): Promise<string> {
    return `plan ${round}`
  }

  @Step() async grant(findings: readonly string[]): Promise<string> {
    return findings.join(', ')
  }

  async site(round: number): Promise<void> {
    const { finding, redraw } = await this.inspectSite(round)
    this.#findings.push(finding)
    if (redraw) await Promise.all([this.plan(round + 1), this.site(round + 1)])
  }

  async plan(round: number): Promise<void> {
    this.#findings.push(await this.draw(round))
  }

  @Run() async run(): Promise<string> {
    await Promise.all([this.site(1), this.plan(1)])
    return this.grant(this.#findings)
  }
}

const scene = pattern('WCP-38 General Synchronizing Merge', [Permit])

scene('the permit waits for all that the inspections have set going again', async (env) => {
  env.mock(Permit, 'inspectSite').mockDelay('1d')
  env.mock(Permit, 'draw').mockDelay('36h')
  const permit = await env.start(Permit, { input: undefined })
  const findings = (await permit.result()).split(', ')
  expect(findings.toSorted()).toEqual(['plan 1', 'plan 2', 'plan 3', 'site 1', 'site 2', 'site 3'])
  expect((await permit.history()).filter(({ command }) => command?.startsWith('grant'))).toHaveLength(1)
  expect((await permit.history()).at(-2)?.command).toBe('grant')
})
