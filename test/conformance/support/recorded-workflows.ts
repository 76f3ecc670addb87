// The workflows whose histories are kept in `histories/`. They stay as they are: what replays is the SDK of today.
import {
  ApplicationError, approval, CancellationScope, condition, continueAsNew, executeChild, forEach, patched, Query, Run, Signal, sleep, Step, StepFailed,
  Update, uuid, Workflow,
} from '@baton/sdk'

@Workflow({ name: 'recorded-steps' })
export class RecordedSteps {
  @Step({ retry: { maxAttempts: 3, delay: '1m' } }) async flaky(how: string): Promise<string> {
    if (how === 'fails') throw new ApplicationError('Refused', { details: { how } })
    return how
  }

  @Run() async run(): Promise<readonly unknown[]> {
    const both = await Promise.all([this.flaky('a'), this.flaky('b')])
    const refused = await this.flaky('fails').catch((error: unknown) => (error instanceof StepFailed ? error.step : 'other'))
    await Promise.race([sleep('1h'), sleep('2h')])
    return [...both, refused, uuid(), Math.random(), patched('since-2026')]
  }
}

@Workflow({ name: 'recorded-messages' })
export class RecordedMessages {
  readonly #words: string[] = []

  @Signal() say(word: string): void {
    this.#words.push(word)
  }

  @Step() async shout(word: string): Promise<string> {
    return word.toUpperCase()
  }

  @Update() async ask(word: string): Promise<number> {
    this.#words.push(await this.shout(word))
    return this.#words.length
  }

  @Query() words(): readonly string[] {
    return this.#words
  }

  @Run() async run(): Promise<readonly string[]> {
    if (!(await condition(() => this.#words.length >= 3, '1d'))) throw new ApplicationError('Late')
    return this.#words
  }
}

@Workflow({ name: 'recorded-leaf' })
export class RecordedLeaf {
  @Run() async run(n: number): Promise<number> {
    if (n < 0) throw new ApplicationError('Negative')
    return n * 2
  }
}

@Workflow({ name: 'recorded-tree' })
export class RecordedTree {
  @Step() async square(n: number): Promise<number> {
    return n * n
  }

  @Step() async undo(output: number): Promise<number> {
    return -output
  }

  @Step({ compensate: 'undo' }) async book(n: number): Promise<number> {
    return n
  }

  @Run() async run(ns: readonly number[]): Promise<number> {
    const squares = await forEach(ns, { concurrency: 2 }, async (n) => this.square(await this.square(n)))
    const leaves = await Promise.all([executeChild(RecordedLeaf, { input: 1 }), executeChild(RecordedLeaf, { input: -1 }).catch(() => 0)])
    await this.book(squares.length + leaves.length)
    const scope = new CancellationScope()
    const long = scope.run(() => sleep('9d')).catch(() => 'cancelled')
    scope.cancel()
    throw new ApplicationError(String(await long))
  }
}

@Workflow({ name: 'recorded-runs' })
export class RecordedRuns {
  @Step() async mail(token: string): Promise<number> {
    return token.length
  }

  @Run() async run(round: number): Promise<string> {
    const answer = await approval<string>('boss', { timeout: '1d', notify: (token) => this.mail(token) })
    if (round < 2) continueAsNew<RecordedRuns['run']>(round + 1)
    return answer ?? 'nobody'
  }
}

export const recordedWorkflows = [RecordedSteps, RecordedMessages, RecordedLeaf, RecordedTree, RecordedRuns]
