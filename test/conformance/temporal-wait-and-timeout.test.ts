// Temporal condition races; scenario 24: what is waited for and its timeout come at the same tick, and one of them wins, the same in a replay.
import { condition, Run, Signal, sleep, Step, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

@Workflow({ name: 'tick' })
class Tick {
  #said = false

  @Signal() say(): void {
    this.#said = true
  }

  @Step() async keep(won: string): Promise<string> {
    return won
  }

  @Run() async run(): Promise<readonly string[]> {
    const won = (await condition(() => this.#said, '1h')) ? 'signal' : 'timeout'
    const kept = await this.keep(won)
    await sleep('1d')
    return [kept, won]
  }
}

test.each([false, true])('with a replay every turn: %s', async (replayEveryTurn) => {
  for (const [ms, winner] of [[3_599_999, 'signal'], [3_600_001, 'timeout']] as const) {
    await using env = new TestEnvironment({ workflows: [Tick], replayEveryTurn })
    const handle = await env.start(Tick, { input: undefined })
    env.at(ms, () => handle.signal('say'))
    expect(await handle.result()).toEqual([winner, winner])
  }
  await using env = new TestEnvironment({ workflows: [Tick], replayEveryTurn })
  const handle = await env.start(Tick, { input: undefined })
  await env.settle()
  env.at('1h', () => handle.signal('say'))
  env.at('2h', () => env.crash(handle))
  const [kept, won] = await handle.result()
  expect(['signal', 'timeout']).toContain(kept)
  expect(won).toBe(kept)
  const types = (await handle.history()).map(({ type }) => type)
  expect(types[2]).toBe(kept === 'timeout' ? 'TimerFired' : 'SignalReceived')
  expect(types.filter((type) => type === 'TimerFired')).toHaveLength(kept === 'timeout' ? 2 : 1)
})
