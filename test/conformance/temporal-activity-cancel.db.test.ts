// Temporal activity/cancel_*; scenario 32: a stop during a step that is to try, to wait or to abandon, and the step of the finally block.
import { CancellationScope, isCancelled, Run, Step, stepContext, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { gate, type Gate } from './support/gate.ts'
import { Stage } from './support/stage.ts'

let begun: Gate
let end: Gate
let cleaning: Gate
let aborted = false
const cleaned: string[] = []

async function body(): Promise<string> {
  const { signal } = stepContext()
  aborted = false
  signal.addEventListener('abort', () => {
    aborted = true
  })
  begun.open()
  await end.pass()
  return 'done'
}

@Workflow({ name: 'cancelled' })
class Cancelled {
  @Step({ cancellation: 'try', retry: { maxAttempts: 1 } }) async try(): Promise<string> {
    return body()
  }

  @Step({ cancellation: 'wait', retry: { maxAttempts: 1 } }) async wait(): Promise<string> {
    return body()
  }

  @Step({ cancellation: 'abandon', retry: { maxAttempts: 1 } }) async abandon(): Promise<string> {
    return body()
  }

  @Step() async cleanUp(what: string): Promise<void> {
    cleaned.push(what)
    await cleaning.pass()
  }

  @Run() async run(how: 'try' | 'wait' | 'abandon'): Promise<string> {
    let came = 'nothing'
    try {
      came = await this[how]()
      return came
    } catch (error) {
      came = isCancelled(error) ? 'cancelled' : 'failed'
      throw error
    } finally {
      await CancellationScope.nonCancellable(() => this.cleanUp(`${how}: ${came}`))
    }
  }
}

test.each([
  ['try', true, true], ['wait', true, true], ['abandon', true, false],
  ['try', false, true], ['wait', false, true], ['abandon', false, false],
] as const)('%s, in place: %s', async (how, locality, fires) => {
  await using stage = await Stage.open()
  await stage.worker([Cancelled], { locality })
  begun = gate()
  end = gate()
  cleaning = gate()
  cleaned.length = 0
  const handle = await stage.baton.start(Cancelled, { id: 'c', input: how })
  await begun.pass()
  await handle.stop('enough')
  await expect.poll(() => aborted, { interval: 5 }).toBe(fires)
  const waits = how === 'wait'
  expect([await handle.describe().then(({ status }) => status), waits ? cleaned.length : 0]).toEqual(['running', 0])
  if (waits) end.open()
  await cleaning.arrived
  expect(aborted).toBe(fires)
  cleaning.open()
  // Where its outcome is waited for, the step succeeded in spite of all, and the code decided to return it.
  const result = await handle.result().catch((error: unknown) => (error as { code: string }).code)
  end.open()
  expect(result).toBe(how === 'wait' ? 'done' : 'ExecutionStopped')
  expect(cleaned).toEqual([how === 'wait' ? 'wait: done' : `${how}: cancelled`])
})
