import { ApplicationError, condition, forEach, Run, Signal, sleep, Step, StepFailed, Workflow } from '@baton/sdk'
import { mark } from '../../support/marks.ts'

/** A workflow program as data. Whatever the timing, its outcome is the same. */
export type Command =
  | { readonly op: 'step' | 'fail'; readonly id: number }
  | { readonly op: 'sleep'; readonly ms: number }
  | { readonly op: 'signal' }
  | { readonly op: 'seq' | 'all' | 'any' | 'each'; readonly of: readonly Command[] }

@Workflow({ name: 'interpreter' })
export class Interpreter {
  #signals = 0

  @Signal() nudge(): void {
    this.#signals++
  }

  @Step({ retry: { delay: 1 } }) async step(id: number): Promise<number> {
    mark()
    return id
  }

  @Step({ retry: { maxAttempts: 1 } }) async fail(id: number): Promise<number> {
    mark()
    throw new ApplicationError(`failed ${id}`)
  }

  @Run() async run(program: Command): Promise<string> {
    return this.#interpret(program)
  }

  async #interpret(command: Command): Promise<string> {
    switch (command.op) {
      case 'step':
        return `s${await this.step(command.id)}`
      case 'fail':
        return this.fail(command.id).then(String, (error: unknown) => (error instanceof StepFailed ? `f${command.id}` : 'other'))
      case 'sleep':
        await sleep(command.ms)
        return 'z'
      case 'signal':
        await condition(() => this.#signals > 0)
        return 'n'
      case 'seq': {
        const seen: string[] = []
        for (const each of command.of) seen.push(await this.#interpret(each))
        return `(${seen.join(' ')})`
      }
      case 'all':
        return `[${(await Promise.all(command.of.map((each) => this.#interpret(each)))).join(' ')}]`
      case 'any': // all but the first fail, so that it does not depend on time which wins
        return `<${await Promise.any(command.of.map(async (each, i) => {
          const seen = await this.#interpret(each)
          if (i > 0) throw new ApplicationError('lost')
          return seen
        }))}>`
      case 'each':
        return `{${(await forEach(command.of, { concurrency: 2 }, (each) => this.#interpret(each))).join(' ')}}`
    }
  }
}

export const workflows = [Interpreter]
