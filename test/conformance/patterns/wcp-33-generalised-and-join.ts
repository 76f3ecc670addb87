// WCP-33 Generalised AND-Join: what follows begins each time when all branches have arrived; a branch may arrive several times
// before, and nothing of it is lost. Arrivals are signals, kept in a queue for each branch.
import { condition, Run, Signal, Step, Workflow } from '@baton/sdk'

@Workflow({ name: 'bicycles' })
export class Bicycles {
  readonly #frames: string[] = []
  readonly #wheels: string[] = []

  @Signal() frame(frame: string): void {
    this.#frames.push(frame)
  }

  @Signal() wheels(pair: string): void {
    this.#wheels.push(pair)
  }

  @Step() async assemble(frame: string, wheels: string): Promise<string> {
    return `${frame} on ${wheels}`
  }

  @Run() async run(count: number): Promise<readonly string[]> {
    const bicycles: string[] = []
    while (bicycles.length < count) {
      await condition(() => this.#frames.length > 0 && this.#wheels.length > 0)
      bicycles.push(await this.assemble(this.#frames.shift() ?? '', this.#wheels.shift() ?? ''))
    }
    return bicycles
  }
}
