// WCP-16 Deferred Choice: which branch is taken is not decided by the case but by what happens first outside. All of the
// alternatives are offered by one `condition`, time among them.
import { condition, Run, Signal, Step, Workflow } from '@baton/sdk'

@Workflow({ name: 'complaint' })
export class Complaint {
  #by: 'agent' | 'manager' | undefined

  @Signal() takenBy(whom: 'agent' | 'manager'): void {
    this.#by ??= whom
  }

  @Step() async contactCustomer(): Promise<string> {
    return 'the agent has called'
  }

  @Step() async escalate(): Promise<string> {
    return 'the manager has called'
  }

  @Step() async apologize(): Promise<string> {
    return 'we have written'
  }

  @Run() async run(patienceInMs: number): Promise<string> {
    await condition(() => this.#by !== undefined, patienceInMs)
    switch (this.#by) {
      case 'agent':
        return this.contactCustomer()
      case 'manager':
        return this.escalate()
      case undefined:
        return this.apologize()
    }
  }
}
