// Vercel RetryableError, maxRetries; scenario 27: an error that says when to try again, and a step that is tried once.
import { ApplicationError, Run, Step, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

@Workflow({ name: 'limited' })
class Limited {
  @Step({ retry: { maxAttempts: 4, delay: '1s' } }) async call(): Promise<string> {
    return 'called'
  }

  @Step({ retry: { maxAttempts: 1 } }) async once(): Promise<string> {
    return 'once'
  }

  @Run() async run(step: 'call' | 'once'): Promise<string> {
    return this[step]()
  }
}

test('the delay is that of the error, in place of the policy’s', async () => {
  await using env = new TestEnvironment({ workflows: [Limited] })
  const begin = env.now().getTime()
  env.mock(Limited, 'call')
    .fails(new ApplicationError('busy', { retryAfter: '10m' }), { times: 1 })
    .fails(new ApplicationError('still busy', { retryable: true }), { times: 1 })
    .fails(new Error('down'), { times: 1 })
    .returns('at last')
  expect(await env.execute(Limited, { input: 'call' })).toBe('at last')
  expect(env.calls(Limited, 'call').map(({ at }) => (at.getTime() - begin) / 1_000)).toEqual([0, 600, 602, 606])
})

test('one attempt is one, whatever the error', async () => {
  await using env = new TestEnvironment({ workflows: [Limited] })
  env.mock(Limited, 'once').fails(new ApplicationError('busy', { retryAfter: '10m' }))
  await expect(env.execute(Limited, { input: 'once' })).rejects.toMatchObject({ cause: { code: 'StepFailed', attempts: 1 } })
  expect(env.calls(Limited, 'once')).toHaveLength(1)
})
