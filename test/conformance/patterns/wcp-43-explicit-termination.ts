// WCP-43 Explicit Termination: the case ends when one branch comes to its end, whatever else is under way. When `run` returns or
// throws, steps and waits that are left are given up.
import { ApplicationError, condition, Run, Signal, Step, Workflow } from '@baton/sdk'

@Workflow({ name: 'rescue' })
export class Rescue {
  #found: string | undefined
  #calledOff = false

  @Signal() found(where: string): void {
    this.#found = where
  }

  @Signal() callOff(): void {
    this.#calledOff = true
  }

  @Step() async searchByBoat(): Promise<string> {
    return 'found by boat'
  }

  @Step() async searchByHelicopter(): Promise<string> {
    return 'found by helicopter'
  }

  async foundByItself(): Promise<string> {
    await condition(() => this.#found !== undefined)
    return `found ${this.#found}`
  }

  async calledOff(): Promise<never> {
    await condition(() => this.#calledOff)
    throw new ApplicationError('The rescue was called off', { type: 'CalledOff' })
  }

  @Run() async run(): Promise<string> {
    return Promise.race([this.searchByBoat(), this.searchByHelicopter(), this.foundByItself(), this.calledOff()])
  }
}
