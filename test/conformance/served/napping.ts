import { Run, sleep, Step, Workflow } from '@baton/sdk'
import { mark } from '../../support/marks.ts'

/** Some sleeps, with a step after each. */
@Workflow({ name: 'napping' })
export class Napping {
  @Step() async wake(i: number): Promise<number> {
    mark()
    return i
  }

  @Run() async run({ naps, ms }: { naps: number; ms: number }): Promise<number> {
    let sum = 0
    for (let i = 1; i <= naps; i++) {
      await sleep(ms)
      sum += await this.wake(i)
    }
    return sum
  }
}

export const workflows = [Napping]
