// Workflows that kill the process they run in, and ones that happen to be there.
import { setTimeout as wait } from 'node:timers/promises'
import { condition, Run, Signal, sleep, Step, Workflow } from '@baton/sdk'
import { mark } from '../support/marks.ts'

@Workflow({ name: 'deadly' })
export class Deadly {
  @Step({ prefer: 'local' }) async harmless(): Promise<number> {
    return 1
  }

  @Step() async kill(): Promise<void> {
    mark()
    process.kill(process.pid, 'SIGKILL')
    await wait(60_000)
  }

  @Step({ prefer: 'remote' }) async killAway(): Promise<void> {
    mark()
    process.kill(process.pid, 'SIGKILL')
    await wait(60_000)
  }

  @Run() async run(how: 'step' | 'run' | 'away'): Promise<unknown> {
    await this.harmless()
    if (how === 'step') return this.kill()
    if (how === 'away') return this.killAway().catch((error: unknown) => String((error as Error).cause))
    process.kill(process.pid, 'SIGKILL')
    for (;;); // the signal is on its way
  }
}

@Workflow({ name: 'neighbour' })
export class Neighbour {
  #told = false

  @Step() async think(ms: number): Promise<number> {
    await wait(ms)
    return ms
  }

  @Signal() async tell(): Promise<void> {
    this.#told = true
  }

  @Run() async run(how: 'thinks' | 'sleeps' | 'listens'): Promise<string> {
    if (how === 'thinks') for (let i = 0; i < 4; i++) await this.think(400)
    if (how === 'sleeps') await sleep(4_000)
    if (how === 'listens') await condition(() => this.#told)
    return how
  }
}
