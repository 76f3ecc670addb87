// Temporal TS cancellation-scopes; scenario 49: scopes nest, shield, time out, and are cancelled by the code or from outside.
import { CancellationScope, isCancelled, Run, sleep, Step, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { describe, expect, test } from 'vitest'

const caught = (error: unknown): string => (isCancelled(error) ? 'cancelled' : 'failed')

@Workflow({ name: 'scopes' })
class Scopes {
  @Step() async work(ms: number): Promise<string> {
    return `worked ${ms}`
  }

  @Run() async run(how: string): Promise<readonly unknown[]> {
    return this[how as 'nested']()
  }

  /** The cancellation of the outer reaches the inner, and not what is shielded in it. */
  async nested(): Promise<readonly unknown[]> {
    const outer = new CancellationScope()
    const results = outer.run(() => Promise.all([
      sleep('1d').catch(caught),
      CancellationScope.cancellable(() => sleep('1d')).catch(caught),
      CancellationScope.nonCancellable(() => sleep('2h').then(() => 'shielded')),
      CancellationScope.nonCancellable(() => CancellationScope.cancellable(() => sleep('3h').then(() => 'shielded too'))),
    ]))
    await sleep('1h')
    outer.cancel()
    return results
  }

  /** Nothing can begin in a scope that has been cancelled; outside of it everything can. */
  async after(): Promise<readonly unknown[]> {
    const scope = new CancellationScope()
    scope.cancel('early')
    return [
      scope.cancelled,
      await scope.run(() => this.work(1)).catch(caught),
      await scope.run(() => CancellationScope.nonCancellable(() => this.work(2))).catch(caught),
      await this.work(3),
    ]
  }

  async timeout(): Promise<readonly unknown[]> {
    const begin = Date.now()
    const late = await CancellationScope.withTimeout('10m', () => sleep('1h')).catch(caught)
    const passed = Date.now() - begin
    const inTime = await CancellationScope.withTimeout('10m', () => this.work(4))
    await sleep('1h') // the second timeout is over and cancels nothing
    return [late, passed, inTime]
  }

  /** A scope is cancelled by one of its own branches. */
  async sibling(): Promise<readonly unknown[]> {
    const scope = new CancellationScope()
    return scope.run(() => Promise.allSettled([
      sleep('1m').then(() => scope.cancel()),
      sleep('1d'),
    ])).then((settled) => settled.map(({ status }) => status))
  }

  async outside(): Promise<readonly unknown[]> {
    const first = await sleep('1d').catch(caught)
    const second = await sleep('1d').catch(caught)
    return [first, second, await CancellationScope.nonCancellable(() => this.work(5))]
  }
}

describe.each([false, true])('with a replay every turn: %s', (replayEveryTurn) => {
  test.each<[string, readonly unknown[], number]>([
    ['nested', ['cancelled', 'cancelled', 'shielded', 'shielded too'], 3],
    ['after', [true, 'cancelled', 'cancelled', 'worked 3'], 0],
    ['timeout', ['cancelled', 600_000, 'worked 4'], 1 + 10 / 60],
    ['sibling', ['fulfilled', 'rejected'], 1 / 60],
  ])('%s', async (how, expected, hours) => {
    await using env = new TestEnvironment({ workflows: [Scopes], replayEveryTurn })
    const begin = env.now().getTime()
    expect(await env.execute(Scopes, { input: how })).toEqual(expected)
    expect((env.now().getTime() - begin) / 3_600_000).toBeCloseTo(hours)
  })

  test('a stop from outside cancels the root for good, shielded code runs, and what the code returns is the result', async () => {
    await using env = new TestEnvironment({ workflows: [Scopes], replayEveryTurn })
    const handle = await env.start(Scopes, { input: 'outside' })
    env.at('1h', () => handle.stop())
    expect(await handle.result()).toEqual(['cancelled', 'cancelled', 'worked 5'])
    expect(await handle.describe()).toMatchObject({ status: 'completed' })
  })
})
