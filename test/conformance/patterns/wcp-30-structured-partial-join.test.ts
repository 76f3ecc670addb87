// WCP-30 Structured Partial Join: what follows begins when n of m branches have ended; the others end without any effect, and only
// then the construct can be entered again.
import { condition, Run, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'applications' })
class Applications {
  @Step() async legal(applicant: string): Promise<string> {
    return `${applicant}: legal`
  }

  @Step() async financial(applicant: string): Promise<string> {
    return `${applicant}: financial`
  }

  @Step() async technical(applicant: string): Promise<string> {
    return `${applicant}: technical`
  }

  @Step() async decide(opinions: readonly string[]): Promise<string> {
    return opinions.join(' and ')
  }

  @Run() async run(applicants: readonly string[]): Promise<readonly string[]> {
    const decisions: string[] = []
    for (const applicant of applicants) {
      const opinions: string[] = []
      const branches = [this.legal(applicant), this.financial(applicant), this.technical(applicant)]
      const all = Promise.all(branches.map(async (branch) => opinions.push(await branch)))
      await Promise.race([condition(() => opinions.length >= 2), all]) // `all` for a branch that fails
      decisions.push(await this.decide(opinions.slice(0, 2)))
      await all
    }
    return decisions
  }
}

const scene = pattern('WCP-30 Structured Partial Join', [Applications])

scene('two opinions are enough, and the third ends before the next applicant', async (env) => {
  env.mock(Applications, 'legal').mockDelay('9h')
  env.mock(Applications, 'financial').mockDelay('2h')
  env.mock(Applications, 'technical').mockDelay('1h')
  const applications = await env.start(Applications, { input: ['ann', 'bob'] })
  expect(await applications.result()).toEqual(['ann: technical and ann: financial', 'bob: technical and bob: financial'])
  const round = ['technical', 'financial', 'decide', 'legal']
  await expect(applications).toHaveRunSteps([...round, ...round])
})

scene('a branch that fails fails the case', async (env) => {
  env.mock(Applications, 'legal').fails(new Error('on holiday'))
  env.mock(Applications, 'financial').mockDelay('2d')
  const applications = await env.start(Applications, { input: ['ann'] })
  await expect(applications).toHaveFailedWith('on holiday')
})
