// WCP-41 Thread Merge: a given number of threads of one branch become one again. They are counted as they arrive.
import { condition, Run, Signal, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'crates' })
class Crates {
  readonly #bottles: string[] = []

  @Signal() async fill(bottle: string): Promise<void> {
    this.#bottles.push(await this.cork(bottle))
  }

  @Step() async cork(bottle: string): Promise<string> {
    return `corked ${bottle}`
  }

  @Step() async ship(bottles: readonly string[]): Promise<number> {
    return bottles.length
  }

  @Run() async run({ crates, size }: { crates: number; size: number }): Promise<number> {
    let shipped = 0
    for (let crate = 0; crate < crates; crate++) {
      await condition(() => this.#bottles.length >= size)
      shipped += await this.ship(this.#bottles.splice(0, size))
    }
    return shipped
  }
}

const scene = pattern('WCP-41 Thread Merge', [Crates])

scene('each three bottles become a crate', async (env) => {
  const crates = await env.start(Crates, { input: { crates: 2, size: 3 } })
  for (let hour = 1; hour <= 6; hour++) env.at(`${hour}h`, () => crates.signal('fill', `bottle ${hour}`))
  expect(await crates.result()).toBe(6)
  await expect(crates).toHaveRunSteps(['cork', 'cork', 'cork', 'ship', 'cork', 'cork', 'cork', 'ship'])
})
