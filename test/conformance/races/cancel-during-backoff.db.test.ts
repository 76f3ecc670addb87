// Temporal activity/cancel during backoff, Absurd retry_and_cancellation; scenario 44: a stop while a step waits for its next attempt.
import { CancellationScope, Run, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { mark } from '../../support/marks.ts'
import { Stage } from '../support/stage.ts'

class Steps {
  @Step() async cleanUp(): Promise<void> {
    mark()
  }
}

@Workflow({ name: 'backing-off' })
class BackingOff extends Steps {
  @Step({ retry: { maxAttempts: 9, delay: '1h' } }) async fails(): Promise<void> {
    mark()
    throw new Error('down')
  }

  @Run() async run(): Promise<void> {
    try {
      await this.fails()
    } finally {
      await CancellationScope.nonCancellable(() => this.cleanUp())
    }
  }
}

@Workflow({ name: 'backing-off-waiting' })
class Waiting extends Steps {
  @Step({ retry: { maxAttempts: 9, delay: '1h' }, cancellation: 'wait' }) async fails(): Promise<void> {
    mark()
    throw new Error('down')
  }

  @Run() async run(): Promise<void> {
    try {
      await this.fails()
    } finally {
      await CancellationScope.nonCancellable(() => this.cleanUp())
    }
  }
}

test.each([
  ['in memory', BackingOff, '1h', true], ['parked', BackingOff, 20, true], ['remote', BackingOff, '1h', false],
  ['in memory, waited for', Waiting, '1h', true], ['parked, waited for', Waiting, 20, true], ['remote, waited for', Waiting, '1h', false],
] as const)('%s: it ends at once, and no other attempt begins', async (_, workflow, parkAfter, locality) => {
  await using stage = await Stage.open()
  await stage.worker([workflow], { parkAfter, locality })
  const handle = await stage.baton.start(workflow, { id: 'b', input: undefined })
  await expect.poll(async () => (await handle.history()).at(-1)?.type, { interval: 5 }).toBe('StepRetrying')
  await expect.poll(async () => (await handle.describe()).worker === undefined, { interval: 5 }).toBe(parkAfter === 20)
  const begun = performance.now()
  await handle.stop()
  await expect(handle.result()).rejects.toMatchObject({ code: 'ExecutionStopped' })
  expect(performance.now() - begun).toBeLessThan(5_000)
  expect(stage.ran()).toEqual(['fails', 'cleanUp'])
  expect(await stage.sql('select from baton.tasks')).toHaveLength(0)
})
