// The workflows whose histories were recorded. Changing one is changing code under running executions: what was recorded must
// replay for ever, so that new things become new classes.
import {
  ApplicationError, CancellationScope, condition, continueAsNew, deprecatePatch, executeChild, executionInfo, externalToken, forEach, now, patched, random,
  Run, Signal, sleep, Step, stepContext, Update, uuid, Workflow,
} from '@baton/sdk'

const quick = { retry: { maxAttempts: 3, delay: 1 } }

/** Steps one after another, side by side and in a race, one that is retried, one that fails, and timers. */
@Workflow({ name: 'recorded-steps' })
export class Steps {
  @Step(quick) async unsteady(): Promise<number> {
    const { attempt } = stepContext()
    if (attempt < 3) throw new Error(`attempt ${attempt}`)
    return attempt
  }

  @Step() async refuse(): Promise<void> {
    throw new ApplicationError('never', { type: 'Refused', details: { code: 7 } })
  }

  @Step() async add(a: number, b: number): Promise<number> {
    return a + b
  }

  @Run() async run(n: number): Promise<unknown> {
    const attempts = await this.unsteady()
    const sums = await Promise.all([1, 2, 3].map((i) => this.add(n, i)))
    const first = await Promise.race([this.add(n, 10), sleep('1h').then(() => 'late')])
    await sleep(5)
    const refusal = await this.refuse().catch((error: Error) => error.message)
    const [choice, id, at] = [random() < 0.5, uuid(), now()]
    if (choice) await this.add(1, 1)
    return { attempts, sums, first, refusal, id, at }
  }
}

/** Signals, updates and conditions. */
@Workflow({ name: 'recorded-messages' })
export class Messages {
  readonly #items: string[] = []

  @Step() async store(item: string): Promise<string> {
    return item.toUpperCase()
  }

  @Signal() async add(item: string): Promise<void> {
    this.#items.push(await this.store(item))
  }

  @Update() async count(): Promise<number> {
    return this.#items.length
  }

  @Run() async run(until: number): Promise<readonly string[]> {
    await condition(() => this.#items.length > 100, 5)
    await condition(() => this.#items.length >= until)
    return this.#items
  }
}

@Workflow({ name: 'recorded-child' })
class Child {
  @Step() async double(n: number): Promise<number> {
    return n * 2
  }

  @Run() async run(n: number): Promise<number> {
    if (n < 0) throw new ApplicationError('negative')
    return this.double(n)
  }
}

@Workflow({ name: 'recorded-parent' })
export class Parent {
  @Run() async run(): Promise<unknown> {
    const both = await Promise.all([executeChild(Child, { input: 1 }), executeChild(Child, { input: 2 })])
    return [...both, await executeChild(Child, { input: -1 }).catch((error: Error) => error.message)]
  }
}

/** Iterations side by side, one of which fails. */
@Workflow({ name: 'recorded-items' })
export class ManyItems {
  @Step() async handle(item: number): Promise<number> {
    if (item === 3) throw new ApplicationError('three')
    return item * item
  }

  @Run() async run(): Promise<unknown> {
    return forEach([1, 2, 3, 4, 5], { concurrency: 2, onFailure: 'ignore' }, async (item) => {
      if (item === 2) await sleep(2)
      return this.handle(item)
    })
  }
}

/** Undoes what it did when it fails, or is stopped. */
@Workflow({ name: 'recorded-trip' })
export class Trip {
  @Step({ compensate: 'cancelFlight' }) async flight(to: string): Promise<string> {
    return `flight to ${to}`
  }

  @Step() async cancelFlight(_flight: string, _to: string): Promise<void> {}

  @Step() async tidy(): Promise<void> {}

  @Run() async run({ to, fails }: { to: string; fails: boolean }): Promise<void> {
    await this.flight(to)
    try {
      if (fails) throw new ApplicationError('full')
      await CancellationScope.withTimeout('2h', () => sleep('1h'))
    } finally {
      await CancellationScope.nonCancellable(() => this.tidy())
    }
  }
}

/** Three runs of one execution. */
@Workflow({ name: 'recorded-rounds' })
export class Rounds {
  @Step() async round(n: number): Promise<number> {
    return n + 1
  }

  @Run() async run(n: number): Promise<number> {
    const next = await this.round(n)
    if (executionInfo().run < 3) continueAsNew<Rounds['run']>(next)
    return next
  }
}

/** Code that was changed twice: of the first change the old branch is gone. */
@Workflow({ name: 'recorded-patches' })
export class Patches {
  @Step() async work(what: string): Promise<string> {
    return what
  }

  @Run() async run(): Promise<string> {
    deprecatePatch('first')
    await this.work('begin')
    return this.work(patched('second') ? 'new' : 'old')
  }
}

/** The tokens that were mailed in this process. */
export const mailed: string[] = []

/** Waits for a token. */
@Workflow({ name: 'recorded-token' })
export class Approved {
  @Step() async mail(token: string): Promise<void> {
    mailed.push(token)
  }

  @Run() async run(): Promise<unknown> {
    const { token, wait } = await externalToken<string>('review')
    await this.mail(token)
    return wait('1d')
  }
}

export const recordedWorkflows = [Steps, Messages, Child, Parent, ManyItems, Trip, Rounds, Patches, Approved]
