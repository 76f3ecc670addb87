// DBOS step_timeout, Maestro's three budgets; scenario 29: timeouts of an attempt, of a heartbeat, of a step and of the execution, each with its own retries.
import { PlatformError, Run, sleep, Step, StepFailed, StepTimedOut, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

@Workflow({ name: 'timed' })
class Timed {
  @Step({ timeout: '10s', retry: { maxAttempts: 5, delay: '1s', backoff: 1, timeout: { maxAttempts: 2 } } }) async attempt(): Promise<string> {
    return 'in time'
  }

  @Step({ heartbeatTimeout: '5s', retry: { maxAttempts: 1, timeout: { maxAttempts: 3, delay: 0 } } }) async beat(): Promise<string> {
    return 'alive'
  }

  @Step({ totalTimeout: '30s', timeout: '20s', retry: { maxAttempts: 9, delay: '1s' } }) async whole(): Promise<string> {
    return 'in all'
  }

  @Step({ retry: { maxAttempts: 1, delay: '1s', backoff: 1, platform: { maxAttempts: 4 } } }) async platform(): Promise<string> {
    return 'up'
  }

  @Run() async run(step: 'attempt' | 'beat' | 'whole' | 'platform'): Promise<string> {
    try {
      return await this[step]()
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error
      return `${error.attempts} ${error.cause instanceof StepTimedOut ? error.cause.timeoutKind : 'other'}`
    }
  }
}

@Workflow({ name: 'bounded', timeout: '1h' })
class Bounded {
  @Step({ timeout: '50m', retry: { maxAttempts: 9, delay: '1s' } }) async slow(): Promise<void> {}

  @Run() async run(): Promise<void> {
    await this.slow()
    await sleep('2h')
  }
}

test('an attempt that takes too long is retried by the budget of timeouts', async () => {
  await using env = new TestEnvironment({ workflows: [Timed] })
  env.mock(Timed, 'attempt').mockDelay('11s')
  expect(await env.execute(Timed, { input: 'attempt' })).toBe('2 attempt')
})

test('a silent attempt is retried by that budget too, whatever that of errors says', async () => {
  await using env = new TestEnvironment({ workflows: [Timed] })
  env.mock(Timed, 'beat').mockDelay('6s')
  expect(await env.execute(Timed, { input: 'beat' })).toBe('3 heartbeat')
})

test('the time of a step over all attempts is final', async () => {
  await using env = new TestEnvironment({ workflows: [Timed] })
  const begin = env.now().getTime()
  env.mock(Timed, 'whole').mockDelay('21s')
  expect(await env.execute(Timed, { input: 'whole' })).toMatch(/^\d total$/)
  expect(env.now().getTime() - begin).toBe(30_000)
})

test('failures of the platform use up no attempt of the work', async () => {
  await using env = new TestEnvironment({ workflows: [Timed] })
  env.mock(Timed, 'platform').fails(new PlatformError('no node'), { times: 3 }).returns('up after all')
  expect(await env.execute(Timed, { input: 'platform' })).toBe('up after all')
})

test('the timeout of the execution ends it during a step and during a sleep', async () => {
  await using env = new TestEnvironment({ workflows: [Bounded] })
  const begin = env.now().getTime()
  const sleeping = await env.start(Bounded, { input: undefined })
  await expect(sleeping.result()).rejects.toMatchObject({ code: 'ExecutionTimedOut' })
  expect(env.now().getTime() - begin).toBe(3_600_000)
  env.mock(Bounded, 'slow').mockDelay('40m').fails(new Error('again'), { delay: '40m' })
  const working = await env.start(Bounded, { input: undefined })
  await expect(working.result()).rejects.toMatchObject({ code: 'ExecutionTimedOut' })
  expect(await working.describe()).toMatchObject({ status: 'timed_out' })
  expect(env.now().getTime() - begin).toBe(2 * 3_600_000)
})
