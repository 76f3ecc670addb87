// WCP-32 Cancelling Partial Join: what follows begins when n of m branches have ended, and the others are withdrawn.
import { CancellationScope, condition, Run, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'picture' })
class Picture {
  @Step() async cast(): Promise<string> {
    return 'cast'
  }

  @Step() async script(): Promise<string> {
    return 'script'
  }

  @Step() async location(): Promise<string> {
    return 'location'
  }

  @Step() async shoot(ready: readonly string[]): Promise<string> {
    return `shot with ${ready.join(' and ')}`
  }

  @Run() async run(): Promise<string> {
    const ready: string[] = []
    const scope = new CancellationScope()
    const all = Promise.all([() => this.cast(), () => this.script(), () => this.location()]
      .map(async (branch) => ready.push(await scope.run(branch))))
    await Promise.race([condition(() => ready.length >= 2), all])
    scope.cancel('two are enough')
    return this.shoot(ready)
  }
}

const scene = pattern('WCP-32 Cancelling Partial Join', [Picture])

scene('two of three are enough, and the third is withdrawn', async (env) => {
  env.mock(Picture, 'cast').mockDelay('1d')
  env.mock(Picture, 'script').mockDelay('90d')
  env.mock(Picture, 'location').mockDelay('2d')
  env.mock(Picture, 'shoot').mockDelay('300d')
  const picture = await env.start(Picture, { input: undefined })
  expect(await picture.result()).toBe('shot with cast and location')
  await expect(picture).toHaveRunSteps(['cast', 'location', 'shoot'])
})
