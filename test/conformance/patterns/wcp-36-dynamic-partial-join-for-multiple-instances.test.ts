// WCP-36 Dynamic Partial Join for Multiple Instances: instances are added while others run, and after each that ends a condition
// says whether the case goes on; those that still run end without any effect.
import { condition, Run, Signal, sleep, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'water-quality' })
class WaterQuality {
  readonly #results: boolean[] = []
  #begun = 0

  @Signal() async sample(place: string): Promise<void> {
    this.#begun++
    await sleep('3h') // the laboratory takes its time
    this.#results.push(await this.analyse(place))
  }

  @Step() async analyse(place: string): Promise<boolean> {
    return !place.includes('mill')
  }

  @Step() async publish(verdict: string): Promise<string> {
    return verdict
  }

  /** What the results so far say, if they say anything. */
  get #verdict(): string | undefined {
    const bad = this.#results.filter((clean) => !clean).length
    if (bad >= 2) return 'polluted'
    return this.#results.length >= 5 ? 'clean' : undefined
  }

  @Run() async run(): Promise<string> {
    await condition(() => this.#verdict !== undefined)
    const published = await this.publish(this.#verdict ?? '')
    await condition(() => this.#results.length === this.#begun)
    return published
  }
}

const scene = pattern('WCP-36 Dynamic Partial Join for Multiple Instances', [WaterQuality])

scene('two bad samples are enough, whatever the others say later', async (env) => {
  const quality = await env.start(WaterQuality, { input: undefined })
  for (const [at, place] of [['1h', 'the spring'], ['10h', 'the old mill'], ['20h', 'the new mill'], ['22h', 'the sea']] as const) {
    env.at(at, () => quality.signal('sample', place))
  }
  expect(await quality.result()).toBe('polluted')
  await expect(quality).toHaveRunSteps(['analyse', 'analyse', 'analyse', 'publish', 'analyse'])
})

scene('five good ones are needed', async (env) => {
  const quality = await env.start(WaterQuality, { input: undefined })
  for (let hour = 1; hour <= 5; hour++) env.at(`${hour}h`, () => quality.signal('sample', `well ${hour}`))
  expect(await quality.result()).toBe('clean')
})
