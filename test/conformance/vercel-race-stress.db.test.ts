// Vercel race stress; scenario 16: a step that loses a race against a sleep completes later and changes nothing.
import { Run, sleep, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { gate } from './support/gate.ts'
import { Stage } from './support/stage.ts'

const slow = gate()
const second = gate()

@Workflow({ name: 'racing' })
class Racing {
  @Step() async work(what: string): Promise<string> {
    await (what === 'first' ? slow : second).pass()
    return what
  }

  @Run() async run(): Promise<readonly string[]> {
    const winner = await Promise.race([this.work('first'), sleep(20).then(() => 'timer')])
    const next = await this.work('second')
    await sleep(300) // longer than parkAfter: what comes back has been through a replay
    return [winner, next]
  }
}

test('the loser’s outcome goes to its own call, and the next call of the same step waits for its own', async () => {
  await using stage = await Stage.open()
  await stage.worker([Racing], { parkAfter: 50 })
  const handle = await stage.baton.start(Racing, { id: 'r', input: undefined })
  await second.arrived
  slow.open()
  const outcomes = async (): Promise<unknown[]> => (await handle.history()).filter(({ type }) => type === 'StepCompleted').map(({ command, data }) => [command, data['output']])
  await expect.poll(outcomes, { interval: 5 }).toEqual([['work', 'first']])
  expect(await handle.describe()).toMatchObject({ status: 'running' })
  second.open()
  expect(await handle.result()).toEqual(['timer', 'second'])
  expect(await outcomes()).toEqual([['work', 'first'], ['work#2', 'second']])
})
