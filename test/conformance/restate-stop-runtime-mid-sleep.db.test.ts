// Restate StopRuntime, SleepWithFailures; scenario 2: a worker stops in the middle of a sleep, and the next comes too late for it.
import { Run, sleep, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { mark } from '../support/marks.ts'
import { Stage } from './support/stage.ts'

@Workflow({ name: 'sleeper' })
class Sleeper {
  @Step() async ring(): Promise<string> {
    mark()
    return 'rung'
  }

  @Run() async run(ms: number): Promise<string> {
    await sleep(ms)
    return this.ring()
  }
}

test('a timer that fell due while no worker ran fires once, as soon as one does', async () => {
  await using stage = await Stage.open()
  const first = await stage.worker([Sleeper])
  const handle = await stage.baton.start(Sleeper, { id: 's', input: 600 })
  await expect.poll(async () => (await handle.history()).at(-1)?.type, { interval: 5 }).toBe('TimerStarted')
  await first.stop()
  const due = (await handle.history()).at(-1)?.data['dueAt'] as Date
  await expect.poll(async () => (await stage.sql<{ late: boolean }>('select clock_timestamp() > $1 as late', [due]))[0]?.late).toBe(true)
  expect((await handle.history()).map(({ type }) => type)).toEqual(['ExecutionStarted', 'TimerStarted'])

  await stage.worker([Sleeper])
  const started = performance.now()
  expect(await handle.result()).toBe('rung')
  expect(performance.now() - started).toBeLessThan(5_000)
  expect(stage.ran()).toEqual(['ring'])
  const history = await handle.history()
  expect(history.map(({ type }) => type)).toEqual(['ExecutionStarted', 'TimerStarted', 'TimerFired', 'StepCompleted', 'ExecutionCompleted'])
  expect(history[2]?.at.getTime()).toBeGreaterThanOrEqual(due.getTime())
})
