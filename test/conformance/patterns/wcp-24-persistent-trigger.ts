// WCP-24 Persistent Trigger: an event from outside is kept until the case comes to where it is waited for. So is every signal.
import { condition, Run, Signal, Step, Workflow } from '@baton/sdk'

@Workflow({ name: 'parking' })
export class Parking {
  readonly #paid: number[] = []

  @Signal() pay(cents: number): void {
    this.#paid.push(cents)
  }

  @Step() async park(): Promise<void> {}

  @Step() async openGate(paid: number): Promise<string> {
    return `opened for ${paid}`
  }

  @Run() async run(): Promise<string> {
    await this.park()
    await condition(() => this.#paid.length > 0)
    return this.openGate(this.#paid.shift() ?? 0)
  }
}
