// Temporal time skipping; scenario 25: thirty virtual days with ten timers take less than a second.
import { Run, sleep, sleepUntil, Step, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

@Workflow({ name: 'month' })
class Month {
  @Step() async note(day: number): Promise<number> {
    return day
  }

  @Run() async run(): Promise<number> {
    const begin = Date.now()
    for (let i = 0; i < 9; i++) {
      await sleep('3d')
      await this.note(i)
    }
    await sleepUntil(begin + 30 * 86_400_000)
    return (Date.now() - begin) / 86_400_000
  }
}

test('and end on the thirtieth day', async () => {
  const started = performance.now()
  await using env = new TestEnvironment({ workflows: [Month] })
  const begin = env.now().getTime()
  expect(await env.execute(Month, { input: undefined })).toBe(30)
  expect(env.now().getTime() - begin).toBe(30 * 86_400_000)
  expect(env.calls(Month, 'note').map(({ at }) => (at.getTime() - begin) / 86_400_000)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27])
  expect(performance.now() - started).toBeLessThan(1_000)
})
