// WCP-4 Exclusive Choice: one of several branches, chosen by what is known. That is `if` and `switch`.
import { Run, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'election' })
class Election {
  @Step() async count(votes: readonly string[]): Promise<number> {
    return votes.filter((vote) => vote === 'yes').length / votes.length
  }

  @Step() async declare(): Promise<string> {
    return 'carried'
  }

  @Step() async recount(): Promise<string> {
    return 'to be counted again'
  }

  @Step() async reject(): Promise<string> {
    return 'rejected'
  }

  @Run() async run(votes: readonly string[]): Promise<string> {
    const share = await this.count(votes)
    if (share > 0.5) return this.declare()
    if (share === 0.5) return this.recount()
    return this.reject()
  }
}

const scene = pattern('WCP-4 Exclusive Choice', [Election])

scene('one branch is taken, and no other', async (env) => {
  for (const [votes, step, outcome] of [
    [['yes', 'yes', 'no'], 'declare', 'carried'],
    [['yes', 'no'], 'recount', 'to be counted again'],
    [['no'], 'reject', 'rejected'],
  ] as const) {
    const election = await env.start(Election, { input: votes })
    expect(await election.result()).toBe(outcome)
    await expect(election).toHaveRunSteps(['count', step])
  }
})
