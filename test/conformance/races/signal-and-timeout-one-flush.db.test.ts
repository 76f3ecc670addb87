// Temporal condition races, Vercel hook-sleep; scenario 43: a signal and the timeout of its wait are told in one turn, and go into one flush.
import { condition, Run, Signal, sleep, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { gate } from '../support/gate.ts'
import { Stage } from '../support/stage.ts'

@Workflow({ name: 'either' })
class Either {
  #said = ''

  @Signal() say(word: string): void {
    this.#said = word
  }

  @Step() async begin(): Promise<void> {}

  @Step() async keep(how: string): Promise<string> {
    return how
  }

  @Run() async run(ms: number): Promise<readonly string[]> {
    const waiting = condition(() => this.#said !== '', ms)
    await this.begin() // its commit is held until signal and timer both wait for a turn
    const how = (await waiting) ? 'signal' : 'timeout'
    const kept = await this.keep(how)
    await sleep(150) // longer than parkAfter: what comes back has been through a replay
    return [kept, how]
  }
}

test('one of the two wins, whichever it is, and every replay agrees', async () => {
  await using stage = await Stage.open()
  const commit = gate()
  let writes = 0
  await stage.worker([Either], { parkAfter: 50 }, (point) => (point === 'append:before' && ++writes === 2 ? commit.pass() : undefined))
  const handle = await stage.baton.start(Either, { id: 'e', input: 30 })
  await commit.arrived
  await handle.signal('say', 'now')
  const begun = performance.now()
  while (performance.now() - begun < 60) await new Promise((resolve) => setImmediate(resolve)) // the timer rings
  commit.open()
  const [kept, how] = await handle.result()
  expect(kept).toBe(how)
  const types = (await handle.history()).map(({ type, command }) => `${type} ${command ?? ''}`.trim())
  expect(types).toContain('SignalReceived')
  const [signal, timer] = [types.indexOf('SignalReceived'), types.indexOf('TimerFired condition')]
  // A wait that came true has no timer any more; a timer that fired ended the wait before the signal came.
  expect(how).toBe(timer < 0 ? 'signal' : 'timeout')
  expect(timer).toBeLessThan(signal)
})
