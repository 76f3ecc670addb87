import { Run, Step, StepFailed, StepTimedOut, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { describe, expect, test } from 'vitest'

@Workflow({ name: 'bounded' })
class Bounded {
  @Step({ totalTimeout: '10m', timeout: '4m', retry: { maxAttempts: 9, delay: '1m', backoff: 'fixed' } }) async total(): Promise<string> {
    return 'done'
  }

  @Step({ heartbeatTimeout: '30s', timeout: '1h', retry: { maxAttempts: 1 } }) async silent(): Promise<string> {
    return 'done'
  }

  @Run() async run(which: 'total' | 'silent'): Promise<string> {
    return this[which]()
  }
}

async function causeOf(env: TestEnvironment, which: 'total' | 'silent'): Promise<{ attempts: number; cause: unknown; after: number }> {
  const began = env.now().getTime()
  const error: unknown = await env.execute(Bounded, { input: which }).catch((thrown: Error) => thrown.cause)
  if (!(error instanceof StepFailed)) throw new TypeError('It did not fail of a step.')
  return { attempts: error.attempts, cause: error.cause, after: env.now().getTime() - began }
}

describe.each([false, true])('in virtual time, replayed every turn: %s', (replayEveryTurn) => {
  const environment = (): TestEnvironment => new TestEnvironment({ workflows: [Bounded], replayEveryTurn })

  test('a step is over when its total time is, in the middle of an attempt', async () => {
    await using env = environment()
    env.mock(Bounded, 'total').fails(new Error('busy'), { delay: '3m' })
    // Three minutes, one of waiting, three, one, and the third attempt is at its second minute.
    const { attempts, cause, after } = await causeOf(env, 'total')
    expect({ attempts, cause, after }).toMatchObject({ attempts: 3, cause: { timeoutKind: 'total', cause: { message: 'busy' } }, after: 600_000 })
  })

  test('a step that ends in time leaves nothing that time would have to go by for', async () => {
    await using env = environment()
    env.mock(Bounded, 'total').returns('done', { delay: '2m' })
    expect(await env.execute(Bounded, { input: 'total' })).toBe('done')
    const now = env.now().getTime()
    await env.settle()
    expect(env.now().getTime()).toBe(now)
  })

  test('a mock that takes longer than the heartbeat timeout has been silent for too long', async () => {
    await using env = environment()
    env.mock(Bounded, 'silent').returns('late', { delay: '31s' })
    const { attempts, cause, after } = await causeOf(env, 'silent')
    expect(cause).toBeInstanceOf(StepTimedOut)
    expect({ attempts, cause, after }).toMatchObject({ attempts: 1, cause: { timeoutKind: 'heartbeat' }, after: 30_000 })
  })
})
