// What still runs when `run` throws is waited for, and undone if it took effect.
import { forEach, Run, sleep, Step, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

@Workflow({ name: 'hasty' })
class Hasty {
  @Step({ compensate: 'cancelHotel' }) async hotel(name: string): Promise<string> {
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve)) // longer than the flight, and deaf to its signal
    return `room in ${name}`
  }

  @Step() async cancelHotel(room: string): Promise<string> {
    return `cancelled ${room}`
  }

  @Step({ retry: { maxAttempts: 1 } }) async flight(): Promise<void> {
    throw new Error('no seat')
  }

  @Run() async run(how: 'beside' | 'iterations'): Promise<void> {
    if (how === 'beside') {
      await Promise.all([this.hotel('Ritz'), this.flight()])
      return
    }
    const rooms = forEach(['Ritz', 'Savoy'], {}, async (name) => {
      await this.hotel(name)
      await sleep('1h')
    })
    await sleep('1m')
    await Promise.all([rooms, this.flight()])
  }
}

test.each([false, true])('a step that runs beside the one that failed is waited for and undone, replayed every turn: %s', async (replayEveryTurn) => {
  await using env = new TestEnvironment({ workflows: [Hasty], replayEveryTurn })
  const handle = await env.start(Hasty, { input: 'beside' })
  await expect(handle.result()).rejects.toMatchObject({ cause: { code: 'StepFailed', step: 'flight' } })
  expect(env.calls(Hasty, 'cancelHotel').map(({ args }) => args)).toEqual([['room in Ritz', 'Ritz']])
})

test.each([false, true])('what iterations have done that have not ended is undone, replayed every turn: %s', async (replayEveryTurn) => {
  await using env = new TestEnvironment({ workflows: [Hasty], replayEveryTurn })
  const handle = await env.start(Hasty, { input: 'iterations' })
  await expect(handle.result()).rejects.toMatchObject({ cause: { code: 'StepFailed', step: 'flight' } })
  expect(env.calls(Hasty, 'cancelHotel').map(({ args }) => args[0]).toSorted()).toEqual(['room in Ritz', 'room in Savoy'])
})
