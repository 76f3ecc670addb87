// WCP-23 Transient Trigger: an event from outside that is lost if nothing waits for it at that moment. Signals are never lost; so
// the method drops what comes while nobody listens.
import { condition, Run, Signal, sleep, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'sluice' })
class Sluice {
  #listening = false
  #alarm: string | undefined

  @Signal() alarm(from: string): void {
    if (this.#listening) this.#alarm ??= from
  }

  @Step() async open(because: string): Promise<string> {
    return `opened for ${because}`
  }

  @Run() async run(): Promise<string> {
    await sleep('1d') // being painted
    this.#listening = true
    await condition(() => this.#alarm !== undefined)
    this.#listening = false
    return this.open(this.#alarm ?? 'nobody')
  }
}

const scene = pattern('WCP-23 Transient Trigger', [Sluice])

scene('an alarm that nothing waits for is lost', async (env) => {
  const sluice = await env.start(Sluice, { input: undefined })
  env.at('2h', () => sluice.signal('alarm', 'the mill'))
  env.at('2d', () => sluice.signal('alarm', 'the mayor'))
  expect(await sluice.result()).toBe('opened for the mayor')
})
