// WCP-34 Static Partial Join for Multiple Instances: of as many instances as are known to be needed when they begin, n must have
// ended before the case goes on; the others end without any effect.
import { condition, Run, Signal, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'supply' })
class Supply {
  readonly #offers = new Map<string, number>()

  @Signal() offer(supplier: string, price: number): void {
    this.#offers.set(supplier, price)
  }

  @Step() async invite(supplier: string): Promise<string> {
    return `invited ${supplier}`
  }

  @Step() async award(supplier: string): Promise<string> {
    return `awarded to ${supplier}`
  }

  async offerOf(supplier: string): Promise<string> {
    await this.invite(supplier)
    await condition(() => this.#offers.has(supplier))
    return supplier
  }

  @Run() async run({ suppliers, enough }: { suppliers: readonly string[]; enough: number }): Promise<string> {
    const offered: string[] = []
    const all = Promise.all(suppliers.map(async (supplier) => offered.push(await this.offerOf(supplier))))
    await Promise.race([condition(() => offered.length >= enough), all])
    const [cheapest = ''] = offered.toSorted((a, b) => (this.#offers.get(a) ?? 0) - (this.#offers.get(b) ?? 0))
    const awarded = await this.award(cheapest)
    await all
    return awarded
  }
}

const scene = pattern('WCP-34 Static Partial Join for Multiple Instances', [Supply])

scene('the cheapest of the first two is taken; the third comes in vain', async (env) => {
  const supply = await env.start(Supply, { input: { suppliers: ['ann', 'bob', 'cy'], enough: 2 } })
  env.at('1d', () => supply.signal('offer', 'cy', 300))
  env.at('2d', () => supply.signal('offer', 'ann', 200))
  env.at('3d', async () => {
    await expect(supply).toHaveRunSteps(['invite', 'invite', 'invite', 'award'])
    await supply.signal('offer', 'bob', 100)
  })
  expect(await supply.result()).toBe('awarded to ann')
})
