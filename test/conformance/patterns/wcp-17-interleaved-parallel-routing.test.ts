// WCP-17 Interleaved Parallel Routing: activities with a partial order among them, never two at once. Each branch is a sequence,
// and all take turns: a turn waits for the one before it, in the order in which they were asked for.
import { Run, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'health-check' })
class HealthCheck {
  #turn: Promise<unknown> = Promise.resolve()

  /** `act` alone, after all that were asked for before it. */
  inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(act)
    this.#turn = mine.catch(() => undefined) // the next has its turn all the same
    return mine
  }

  @Step() async bloodSample(): Promise<string> {
    return 'blood'
  }

  @Step() async bloodTest(of: string): Promise<string> {
    return `${of} tested`
  }

  @Step() async xray(): Promise<string> {
    return 'x-ray'
  }

  @Step() async eyes(): Promise<string> {
    return 'eyes'
  }

  @Run() async run(): Promise<readonly string[]> {
    const blood = async (): Promise<string> => {
      const sample = await this.inTurn(() => this.bloodSample())
      return this.inTurn(() => this.bloodTest(sample))
    }
    return Promise.all([blood(), this.inTurn(() => this.xray()), this.inTurn(() => this.eyes())])
  }
}

const scene = pattern('WCP-17 Interleaved Parallel Routing', [HealthCheck])

scene('the sample comes before its test, and no two examinations overlap', async (env) => {
  env.mock(HealthCheck, 'bloodSample').mockDelay('1h')
  env.mock(HealthCheck, 'xray').mockDelay('2h')
  const check = await env.start(HealthCheck, { input: undefined })
  expect(await check.result()).toEqual(['blood tested', 'x-ray', 'eyes'])
  await expect(check).toHaveRunSteps(['bloodSample', 'xray', 'eyes', 'bloodTest'])
})

scene('one that fails for good leaves the others their turns', async (env) => {
  env.mock(HealthCheck, 'bloodSample').fails(new Error('no vein'))
  const check = await env.start(HealthCheck, { input: undefined })
  await expect(check).toHaveFailedWith('no vein')
})
