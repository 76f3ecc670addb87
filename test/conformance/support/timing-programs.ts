// Programs whose outcome depends on time: on who wins a race, what is cancelled when, and which message comes first.
import {
  ApplicationError, CancellationScope, condition, executeChild, externalToken, forEach, isCancelled, random, Run, Signal, sleep, Step, Update, Workflow,
} from '@baton/sdk'
import fc from 'fast-check'

export interface Command {
  readonly op: (typeof LEAVES)[number] | (typeof INNER)[number]
  readonly n: number
  readonly of: readonly Command[]
}

const LEAVES = ['work', 'sleep', 'wait', 'take', 'child', 'token', 'throw', 'random'] as const
const INNER = ['seq', 'all', 'race', 'settled', 'try', 'timeout', 'cancel', 'each', 'float'] as const

const { command } = fc.letrec<{ command: Command; of: readonly Command[] }>((tie) => ({
  of: fc.array(tie('command'), { minLength: 1, maxLength: 3 }),
  command: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ op: fc.constantFrom(...LEAVES), n: fc.nat(12), of: fc.constant<readonly Command[]>([]) }),
    fc.record({ op: fc.constantFrom(...INNER), n: fc.nat(12), of: tie('of') }),
  ),
}))

export const timingProgram: fc.Arbitrary<Command> = fc.array(command, { minLength: 2, maxLength: 4 }).map((of): Command => ({ op: 'seq', n: 0, of }))

@Workflow({ name: 'timing-leaf' })
export class TimingLeaf {
  @Run() async run(n: number): Promise<number> {
    await sleep(n)
    if (n % 5 === 4) throw new ApplicationError('leaf')
    return n
  }
}

/** Returns all that it has observed, in order. */
@Workflow({ name: 'timing' })
export class Timing {
  readonly seen: string[] = []
  readonly #words: string[] = []

  @Signal() say(word: string): void {
    this.#words.push(word)
  }

  @Update() async ask(n: number): Promise<string> {
    await sleep(n)
    this.#words.push(`asked ${n}`)
    return this.work(n)
  }

  @Step({ retry: { maxAttempts: 2, delay: 3 }, compensate: 'undo' }) async work(n: number): Promise<string> {
    if (n % 4 === 3) throw new ApplicationError('no')
    if (n % 4 === 2) throw new Error('again')
    return `w${n}`
  }

  @Step() async undo(_output: string): Promise<void> {}

  @Run() async run(program: Command): Promise<readonly string[]> {
    await this.#go(program, '$').catch((error: unknown) => this.#note('$', told(error)))
    return this.seen
  }

  #note(path: string, what: unknown): void {
    this.seen.push(`${path} ${String(what)} @${Date.now() % 1_000_000}`)
  }

  async #go({ op, n, of }: Command, path: string): Promise<void> {
    const inner = async (i: number): Promise<void> => {
      const each = of[i % of.length]
      if (each) await this.#go(each, `${path}.${i}`)
    }
    const all = (): Promise<void>[] => of.map((_, i) => inner(i))
    switch (op) {
      case 'work':
        return this.#note(path, await this.work(n).catch(told))
      case 'sleep':
        await sleep(n)
        return this.#note(path, 'slept')
      case 'wait':
        return this.#note(path, `${await condition(() => this.#words.length > 0, n)} ${this.#words.shift()}`)
      case 'take':
        await condition(() => this.#words.length > 0, 50)
        return this.#note(path, this.#words.shift())
      case 'child':
        return this.#note(path, await executeChild(TimingLeaf, { input: n }).catch(told))
      case 'token':
        return this.#note(path, await (await externalToken('token')).wait(n + 1))
      case 'random':
        return this.#note(path, random())
      case 'throw':
        throw new ApplicationError(path)
      case 'seq':
        for (let i = 0; i < of.length; i++) await inner(i)
        return
      case 'all':
        await Promise.all(all())
        return this.#note(path, 'all')
      case 'race':
        await Promise.race(all())
        return this.#note(path, 'race')
      case 'settled':
        return this.#note(path, (await Promise.allSettled(all())).map(({ status }) => status).join())
      case 'try':
        try {
          await inner(0)
        } catch (error) {
          this.#note(path, told(error))
          await inner(1)
        } finally {
          await CancellationScope.nonCancellable(() => inner(2))
        }
        return
      case 'timeout':
        return CancellationScope.withTimeout(n + 1, () => inner(0)).catch((error: unknown) => this.#note(path, told(error)))
      case 'cancel': {
        const scope = new CancellationScope()
        const running = scope.run(() => inner(0)).then(() => this.#note(path, 'ended'), (error: unknown) => this.#note(path, told(error)))
        await inner(1)
        scope.cancel()
        return running
      }
      case 'each': {
        const body = async (_: Command, i: number): Promise<string> => {
          const worked = await this.work(n + i)
          await sleep(i)
          return `${worked} ${random()}`
        }
        return this.#note(path, await forEach(of, { concurrency: 2, onFailure: n % 2 === 0 ? 'fail_immediately' : 'fail_after_running' }, body).catch(told))
      }
      case 'float':
        inner(0).catch((error: unknown) => this.#note(path, told(error)))
    }
  }
}

function told(error: unknown): string {
  if (isCancelled(error)) return 'cancelled'
  return error instanceof Error ? `${error.name}<${error.cause === undefined ? '' : told(error.cause)}>` : String(error)
}
