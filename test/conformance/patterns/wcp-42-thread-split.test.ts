// WCP-42 Thread Split: one thread becomes a given number of threads of the same branch. The branch is a method, called that often.
import { Run, sleep, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'relay-race' })
class RelayRace {
  @Step() async start(runners: number): Promise<string> {
    return `${runners} have started`
  }

  @Step() async run1000m(lane: number): Promise<string> {
    return `lane ${lane}`
  }

  @Step() async finish(lane: string): Promise<string> {
    return `${lane} has finished`
  }

  async lane(lane: number): Promise<string> {
    const ran = await this.run1000m(lane)
    await sleep(lane * 1_000)
    return this.finish(ran)
  }

  @Run() async run(lanes: number): Promise<readonly string[]> {
    await this.start(lanes)
    return Promise.all(Array.from({ length: lanes }, (_, at) => this.lane(at + 1)))
  }
}

const scene = pattern('WCP-42 Thread Split', [RelayRace])

scene('three run the same way at the same time', async (env) => {
  env.mock(RelayRace, 'run1000m').mockDelay('3m')
  const race = await env.start(RelayRace, { input: 3 })
  expect(await race.result()).toEqual(['lane 1 has finished', 'lane 2 has finished', 'lane 3 has finished'])
  await expect(race).toHaveRunSteps(['start', 'run1000m', 'run1000m', 'run1000m', 'finish', 'finish', 'finish'])
  expect(new Set(env.calls(RelayRace, 'run1000m').slice(0, 3).map(({ at }) => at.getTime())).size).toBe(1)
})
