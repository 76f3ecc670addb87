// Temporal child_workflow/cancel_*; scenario 61: a scope with a child in it is cancelled, before the child has begun, while it runs, and when it is not to hear of it.
import { CancellationScope, executeChild, isCancelled, Run, sleep, startChild, Step, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { describe, expect, test } from 'vitest'

@Workflow({ name: 'long-child' })
class LongChild {
  @Step() async tidy(): Promise<void> {}

  @Run() async run(): Promise<string> {
    try {
      await sleep('5h')
      return 'ended'
    } finally {
      await CancellationScope.nonCancellable(async () => {
        await sleep('1h')
        await this.tidy()
      })
    }
  }
}

@Workflow({ name: 'cancelling' })
class Cancelling {
  @Run() async run(how: 'at once' | 'running' | 'abandoned'): Promise<{ readonly seen: string; readonly hours: number }> {
    const scope = new CancellationScope()
    const begin = Date.now()
    const child = scope.run(async () => {
      if (how !== 'abandoned') return executeChild(LongChild, { id: how, input: undefined })
      const started = await startChild(LongChild, { id: how, input: undefined, parentClosePolicy: 'abandon' })
      return started.result()
    })
    if (how !== 'at once') await sleep('2h')
    scope.cancel()
    const seen = await child.then(() => 'a result', (error: unknown) => (isCancelled(error) ? 'cancelled' : `failed: ${String(error)}`))
    return { seen, hours: (Date.now() - begin) / 3_600_000 }
  }
}

describe.each([false, true])('with a replay every turn: %s', (replayEveryTurn) => {
  test('before it was started, it never is', async () => {
    await using env = new TestEnvironment({ workflows: [Cancelling, LongChild], replayEveryTurn })
    expect(await env.execute(Cancelling, { input: 'at once' })).toEqual({ seen: 'cancelled', hours: 0 })
    expect(env.executions(LongChild)).toHaveLength(0)
  })

  test('while it runs, it is asked to stop, and its cleanup is waited for', async () => {
    await using env = new TestEnvironment({ workflows: [Cancelling, LongChild], replayEveryTurn })
    const { hours } = await env.execute(Cancelling, { input: 'running' })
    expect(hours).toBe(3)
    expect(await env.handle(LongChild, 'running').describe()).toMatchObject({ status: 'stopped' })
    expect(env.calls(LongChild, 'tidy')).toHaveLength(1)
  })

  test('if it is to be abandoned, it goes on and nobody waits for it', async () => {
    await using env = new TestEnvironment({ workflows: [Cancelling, LongChild], replayEveryTurn })
    expect(await env.execute(Cancelling, { input: 'abandoned' })).toEqual({ seen: 'cancelled', hours: 2 })
    expect(await env.handle(LongChild, 'abandoned').result()).toBe('ended')
  })
})
