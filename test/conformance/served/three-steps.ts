import { Run, sleep, Step, Workflow } from '@baton/sdk'
import { mark } from '../../support/marks.ts'

/** Three steps one after the other, with a wait between the last two. */
@Workflow({ name: 'three-steps' })
export class ThreeSteps {
  @Step() async one(n: number): Promise<number> {
    mark()
    return n + 1
  }

  @Step() async two(n: number): Promise<number> {
    mark()
    return n * 10
  }

  @Step() async three(n: number): Promise<string> {
    mark()
    return `three of ${n}`
  }

  @Run() async run(n: number): Promise<string> {
    const two = await this.two(await this.one(n))
    await sleep(5)
    return this.three(two)
  }
}

export const workflows = [ThreeSteps]
