// Temporal replay of long histories; scenario 8: ten thousand recorded events replay to the same commands, in little time.
import { Run, Step, Workflow } from '@baton/sdk'
import { exportHistory, replay, TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

const STEPS = 10_000

@Workflow({ name: 'long' })
class Long {
  @Step() async add(n: number): Promise<number> {
    return n + 1
  }

  @Step() async last(n: number): Promise<number> {
    return n
  }

  @Run() async run(steps: number): Promise<number> {
    let n = 0
    for (let i = 0; i < steps; i++) n = await this.add(n)
    return this.last(n)
  }
}

test('the replay of 10,000 steps asks for what the execution asked for', { timeout: 60_000 }, async () => {
  await using env = new TestEnvironment({ workflows: [Long] })
  const handle = await env.start(Long, { id: 'long', input: STEPS })
  expect(await handle.result()).toBe(STEPS)
  const history = await exportHistory(handle)
  expect(history.events).toHaveLength(STEPS + 3)
  const cut = { ...history, events: history.events.slice(0, STEPS + 1) }
  const started = performance.now()
  expect(await replay(cut, Long)).toEqual({ ended: false, open: ['last'] })
  expect(performance.now() - started).toBeLessThan(5_000)
  expect(await replay(history, Long)).toEqual({ ended: true, open: [] })
})
