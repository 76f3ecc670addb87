// Temporal retry_on_error, Vercel FatalError; scenario 26: attempts, delays and last error of a retry with backoff; a fatal error stops at the first.
import { ApplicationError, Run, Step, StepFailed, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

class Forbidden extends Error {
  override readonly name = 'Forbidden'
}

let attempts = 0

@Workflow({ name: 'retrying' })
class Retrying {
  @Step({ retry: { maxAttempts: 5, delay: '1s', backoff: 3, maxDelay: '10s', nonRetryable: [Forbidden, 'EPERM'] } })
  async attempt(how: string): Promise<string> {
    attempts++
    if (how === 'class') throw new Forbidden('not you')
    if (how === 'code') throw Object.assign(new Error('not permitted'), { code: 'EPERM' })
    if (how === 'application') throw new ApplicationError('never')
    throw new Error(`failure ${attempts}`)
  }

  @Run() async run(how: string): Promise<{ readonly attempts: number; readonly message: string; readonly name: string }> {
    try {
      await this.attempt(how)
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error
      const { message, name } = error.cause as Error
      return { attempts: error.attempts, message, name }
    }
    throw new Error('it succeeded')
  }
}

test('delays grow by the factor up to the longest, and the last error is the cause', async () => {
  attempts = 0
  await using env = new TestEnvironment({ workflows: [Retrying] })
  const begin = env.now().getTime()
  expect(await env.execute(Retrying, { input: 'plain' })).toEqual({ attempts: 5, message: 'failure 5', name: 'Error' })
  const calls = env.calls(Retrying, 'attempt')
  expect(calls.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5])
  expect(calls.map(({ at }) => (at.getTime() - begin) / 1_000)).toEqual([0, 1, 4, 13, 23])
})

test.each([['class', 'not you', 'Forbidden'], ['code', 'not permitted', 'Error'], ['application', 'never', 'ApplicationError']])(
  'a failure that is final, by its %s, has one attempt', async (how, message, name) => {
    attempts = 0
    await using env = new TestEnvironment({ workflows: [Retrying] })
    expect(await env.execute(Retrying, { input: how })).toEqual({ attempts: 1, message, name })
    expect(attempts).toBe(1)
  },
)
