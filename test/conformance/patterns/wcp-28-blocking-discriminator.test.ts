// WCP-28 Blocking Discriminator: what follows begins with the first of several branches that arrive again and again; a branch that
// arrives a second time waits until all others of the round have arrived too. Arrivals are signals, kept in a queue for each branch.
import { condition, Run, Signal, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'reception' })
class Reception {
  readonly #announced: string[] = []
  readonly #screened: string[] = []

  @Signal() announced(delegation: string): void {
    this.#announced.push(delegation)
  }

  @Signal() screened(delegation: string): void {
    this.#screened.push(delegation)
  }

  @Step() async welcome(delegation: string): Promise<string> {
    return `welcome, ${delegation}`
  }

  @Run() async run(delegations: number): Promise<readonly string[]> {
    const welcomed: string[] = []
    while (welcomed.length < delegations) {
      await condition(() => this.#announced.length + this.#screened.length > 0)
      welcomed.push(await this.welcome(this.#announced[0] ?? this.#screened[0] ?? ''))
      await condition(() => this.#announced.length > 0 && this.#screened.length > 0)
      this.#announced.shift()
      this.#screened.shift()
    }
    return welcomed
  }
}

const scene = pattern('WCP-28 Blocking Discriminator', [Reception])

scene('the second delegation waits until the first has come by both ways', async (env) => {
  const reception = await env.start(Reception, { input: 2 })
  await reception.signal('announced', 'the Danes')
  await reception.signal('announced', 'the Finns')
  await env.settle()
  await expect(reception).toHaveRunSteps(['welcome'])
  await reception.signal('screened', 'the Danes')
  await env.settle()
  await expect(reception).toHaveRunSteps(['welcome', 'welcome'])
  env.at('1h', () => reception.signal('screened', 'the Finns'))
  expect(await reception.result()).toEqual(['welcome, the Danes', 'welcome, the Finns'])
})
