// Vercel race stress, Inngest parallel race; scenario 42: the loser of a Promise.race ends while the commit of the winner is under way.
import { Run, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { gate, type Gate } from '../support/gate.ts'
import { Stage } from '../support/stage.ts'

let slow: Gate
let after: Gate
let committing = false

@Workflow({ name: 'two-runners' })
class TwoRunners {
  @Step() async fast(): Promise<string> {
    await slow.arrived
    committing = true
    return 'fast'
  }

  @Step() async slow(): Promise<string> {
    await slow.pass()
    return 'slow'
  }

  @Step() async next(winner: string): Promise<string> {
    await after.pass()
    return `then ${winner}`
  }

  @Run() async run(): Promise<string> {
    return this.next(await Promise.race([this.slow(), this.fast()]))
  }
}

test.each([['in place', true], ['remote', false]] as const)('%s: the winner stays the winner, in a replay too', async (_, locality) => {
  await using stage = await Stage.open()
  slow = gate()
  after = gate()
  committing = false
  const commit = gate()
  const first = await stage.worker([TwoRunners], { locality }, (point) => (point === 'append:before' && committing ? commit.pass() : undefined))
  const handle = await stage.baton.start(TwoRunners, { id: 't', input: undefined })
  await commit.arrived // 'fast' has won and is being written
  slow.open()
  commit.open()
  const outcomes = async (): Promise<unknown[]> => (await handle.history()).filter(({ type }) => type === 'StepCompleted').map(({ command }) => command)
  await expect.poll(outcomes, { interval: 5 }).toEqual(['fast', 'slow'])
  after.open()
  await first.stop()
  await stage.worker([TwoRunners], { locality })
  expect(await handle.result()).toBe('then fast')
})
