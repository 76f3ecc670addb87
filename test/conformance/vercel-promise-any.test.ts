// Vercel promiseAny; scenario 17: Promise.any takes the first success, and an AggregateError of all failures survives a replay.
import { ApplicationError, Run, sleep, Step, StepFailed, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

@Workflow({ name: 'any' })
class AnyOf {
  @Step() async ask(who: string): Promise<string> {
    if (who.startsWith('no')) throw new ApplicationError(who, { type: 'Refused' })
    return who
  }

  @Run() async run(whom: readonly string[]): Promise<string> {
    try {
      const first = await Promise.any(whom.map((who) => this.ask(who)))
      await sleep('1d') // what comes back after it has been through a replay
      return first
    } catch (error) {
      await sleep('1d')
      if (!(error instanceof AggregateError)) throw error
      return error.errors.map((each) => (each instanceof StepFailed ? (each.cause as ApplicationError).type + (each.cause as Error).message : 'other')).join()
    }
  }
}

test.each([false, true])('with a replay every turn: %s', async (replayEveryTurn) => {
  await using env = new TestEnvironment({ workflows: [AnyOf], replayEveryTurn })
  expect(await env.execute(AnyOf, { input: ['no 1', 'no 2', 'yes'] })).toBe('yes')
  expect(await env.execute(AnyOf, { input: ['no 1', 'no 2', 'no 3'] })).toBe('Refusedno 1,Refusedno 2,Refusedno 3')
})
