// Temporal continue_as_new, Absurd extend_claim; scenario 48: what a run leaves running ends late, and the next run's commands of the same names wait for their own.
import { continueAsNew, executionInfo, Run, sleep, Step, stepContext, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { gate } from '../support/gate.ts'
import { Stage } from '../support/stage.ts'

let late = gate()
let ended = gate()
let continuing = false
const keys: string[] = []

@Workflow({ name: 'renewing' })
class Renewing {
  @Step() async work(run: number): Promise<string> {
    keys.push(stepContext().idempotencyKey)
    if (run > 1) return `of run ${run}`
    await late.pass()
    setImmediate(() => ended.open()) // the outcome is on its way
    return `of run ${run}`
  }

  @Step() async turn(): Promise<void> {
    await late.arrived
    continuing = true
  }

  @Run() async run(left: number): Promise<string> {
    const { run } = executionInfo()
    const work = this.work(run)
    if (left === 0) return work
    await this.turn()
    return continueAsNew<Renewing['run']>(left - 1)
  }
}

@Workflow({ name: 'resting' })
class Resting {
  @Step() async turn(): Promise<void> {}

  @Run() async run(ms: number): Promise<number> {
    const begin = Date.now()
    const rest = sleep(ms)
    if (executionInfo().run === 2) {
      await rest
      return Date.now() - begin
    }
    await this.turn()
    return continueAsNew<Resting['run']>(400)
  }
}

test.each([['in place', true], ['remote', false]] as const)('a step of the last run that ends during the commit of the next, %s', async (_, locality) => {
  await using stage = await Stage.open()
  late = gate()
  ended = gate()
  continuing = false
  keys.length = 0
  const commit = gate()
  await stage.worker([Renewing], { locality }, (point) => (point === 'append:before' && continuing ? commit.pass() : undefined))
  const handle = await stage.baton.start(Renewing, { id: 'n', input: 1 })
  await commit.arrived // the end of the first run is on its way
  late.open()
  await ended.pass()
  commit.open()
  expect(await handle.result()).toBe('of run 2')
  expect(new Set(keys).size, keys.join()).toBe(2) // another call of the step, so another key for the services it calls
})

test('a timer of the last run that fires during the commit of the next', async () => {
  await using stage = await Stage.open()
  const commit = gate()
  let writes = 0
  await stage.worker([Resting], {}, (point) => (point === 'append:before' && ++writes === 2 ? commit.pass() : undefined))
  const handle = await stage.baton.start(Resting, { id: 's', input: 40 })
  await commit.arrived // the end of the first run is on its way, and its timer rings meanwhile
  const begun = performance.now()
  while (performance.now() - begun < 60) await new Promise((resolve) => setImmediate(resolve))
  commit.open()
  expect(await handle.result()).toBeGreaterThanOrEqual(400)
})
