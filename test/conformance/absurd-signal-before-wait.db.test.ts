// Absurd events; scenario 20: a signal that is sent before the execution waits for it is not lost.
import { condition, Run, Signal, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { gate } from './support/gate.ts'
import { Stage } from './support/stage.ts'

const preparing = gate()

@Workflow({ name: 'waiting' })
class Waiting {
  readonly #got: string[] = []

  @Signal() tell(word: string): void {
    this.#got.push(word)
  }

  @Step() async prepare(): Promise<void> {
    await preparing.pass()
  }

  @Run() async run(): Promise<readonly string[]> {
    await this.prepare()
    for (let n = 1; n <= 3; n++) await condition(() => this.#got.length >= n)
    return this.#got
  }
}

test('neither one sent before any worker ran, nor one sent during a step, nor one that its worker left unread', async () => {
  await using stage = await Stage.open()
  const handle = await stage.baton.start(Waiting, { id: 'w', input: undefined })
  await handle.signal('tell', 'before any worker')
  const first = await stage.worker([Waiting], { drainTimeout: 0 })
  await preparing.arrived
  await handle.signal('tell', 'during a step')
  await first.stop()
  await handle.signal('tell', 'without an owner')
  preparing.open()
  await stage.worker([Waiting])
  expect(await handle.result()).toEqual(['before any worker', 'during a step', 'without an owner'])
})
