// WCP-20 Cancel Case: the whole case is withdrawn. `stop` cancels all that it waits for and lets it tidy up, `kill` ends it at once.
import { CancellationScope, Run, sleep, Step, Workflow } from '@baton/sdk'

@Workflow({ name: 'mortgage' })
export class Mortgage {
  @Step() async reserveFunds(): Promise<void> {}
  @Step() async releaseFunds(): Promise<void> {}

  @Step() async payOut(): Promise<string> {
    return 'paid out'
  }

  @Run() async run(): Promise<string> {
    await this.reserveFunds()
    try {
      await sleep('14d')
    } catch (error) {
      await CancellationScope.nonCancellable(() => this.releaseFunds())
      throw error
    }
    return this.payOut()
  }
}
