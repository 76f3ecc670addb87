// Scopes that are shielded and have a timeout: the one does not cost the other.
import { CancellationScope, isCancelled, now, Run, sleep, Step, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import '@baton/testing/vitest'
import { expect, test } from 'vitest'

@Workflow({ name: 'tidy' })
class Tidy {
  @Step() async note(seconds: number): Promise<number> {
    return seconds
  }

  @Run() async run(how: 'at once' | 'as cleanup'): Promise<number> {
    const shielded = (): Promise<void> => new CancellationScope({ cancellable: false, timeout: '1m' }).run(() => sleep('1h'))
    let begun = now().getTime()
    try {
      if (how === 'as cleanup') await sleep('1d').finally(() => (begun = now().getTime()))
      else await shielded()
    } catch (error) {
      if (!isCancelled(error)) throw error
      if (how === 'as cleanup') await shielded().catch(() => {})
    }
    return CancellationScope.nonCancellable(() => this.note((now().getTime() - begun) / 1_000))
  }
}

test.each(['at once', 'as cleanup'] as const)('a shielded scope keeps its timeout when the execution is stopped: %s', async (how) => {
  await using env = new TestEnvironment({ workflows: [Tidy], replayEveryTurn: true })
  const handle = await env.start(Tidy, { input: how })
  env.at('10s', () => handle.stop())
  await expect(handle).toHaveCompletedWith(60)
  expect((await handle.history()).map(({ type }) => type)).toContain('StopRequested')
})
