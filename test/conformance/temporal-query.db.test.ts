// Temporal query/*; scenario 23: queries of an ended execution, and of one that no worker has.
import { condition, Query, Run, Signal, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { mark } from '../support/marks.ts'
import { Stage } from './support/stage.ts'

@Workflow({ name: 'asked' })
class Asked {
  #stage = 'new'
  #done = false

  @Query() stage(): string {
    return this.#stage
  }

  @Query() broken(): string {
    throw new Error('cannot say')
  }

  @Signal() finish(): void {
    this.#done = true
  }

  @Step() async work(): Promise<void> {
    mark()
  }

  @Run() async run(): Promise<string> {
    await this.work()
    this.#stage = 'worked'
    await condition(() => this.#done)
    this.#stage = 'ended'
    return this.#stage
  }
}

test('they are answered from the log, run no step, write no event, and fail alone', async () => {
  await using stage = await Stage.open()
  const first = await stage.worker([Asked])
  const handle = await stage.baton.start(Asked, { id: 'a', input: undefined })
  await expect.poll(() => handle.query('stage'), { interval: 5 }).toBe('worked')
  await first.stop()

  const asked = handle.query('stage') // nobody is there to answer
  const second = await stage.worker([Asked])
  expect(await asked).toBe('worked')
  await expect(handle.query('broken')).rejects.toMatchObject({ code: 'QueryFailed' })
  await handle.signal('finish')
  expect(await handle.result()).toBe('ended')
  await second.stop()

  await stage.worker([Asked]) // a worker that has never had it
  expect(await handle.query('stage')).toBe('ended')
  expect(stage.ran()).toEqual(['work'])
  expect((await handle.history()).map(({ type }) => type)).toEqual(['ExecutionStarted', 'StepCompleted', 'SignalReceived', 'ExecutionCompleted'])
})
