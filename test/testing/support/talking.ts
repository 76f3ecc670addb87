// Workflows that others talk to, and that have children.
import {
  approval, ApplicationError, CancellationScope, condition, continueAsNew, type Duration, executeChild, externalExecution, forEach, isCancelled, Query, Run, Signal,
  sleep, startChild, Step, stepContext, Update, Workflow,
} from '@baton/sdk'
import { z } from 'zod'

@Workflow({ name: 'review' })
export class Review {
  #approvedBy: string | undefined
  readonly #notes: string[] = []

  @Signal({ payload: z.string().min(1) }) approve(by: string): void {
    this.#approvedBy = by
  }

  @Signal() note(text: string): void {
    this.#notes.push(text)
  }

  @Query() status(): { by: string | undefined; notes: readonly string[] } {
    return { by: this.#approvedBy, notes: [...this.#notes] }
  }

  checkNote(text: string): void {
    if (text.length > 10) throw new ApplicationError('TooLong')
  }

  @Step() async store(text: string): Promise<string> {
    return text.toUpperCase()
  }

  @Update({ validate: 'checkNote' }) async addNote(text: string): Promise<number> {
    if (text === 'bad') throw new ApplicationError('BadNote')
    await sleep('1h')
    return this.#notes.push(await this.store(text))
  }

  @Run() async run(within: Duration | undefined): Promise<string> {
    if (within === undefined) await condition(() => this.#approvedBy !== undefined)
    else if (!(await condition(() => this.#approvedBy !== undefined, within))) return 'nobody'
    return `${this.#approvedBy} (${this.#notes.join()})`
  }
}

@Workflow({ name: 'parcel' })
export class Parcel {
  @Step() async send(item: string): Promise<string> {
    if (item === 'glass') throw new ApplicationError('Broken')
    return `sent ${item}`
  }

  @Run() async run({ item, after }: { readonly item: string; readonly after: Duration }): Promise<string> {
    await sleep(after)
    return this.send(item)
  }
}

interface ShipmentInput {
  readonly item: string
  readonly how: 'await' | 'leave' | 'stop' | 'unknown'
  readonly policy?: 'stop' | 'kill' | 'abandon'
  readonly after?: Duration
}

/** A parent; `how` says what it does about its child. */
@Workflow({ name: 'shipment' })
export class Shipment {
  @Step() async cleanUp(): Promise<void> {}

  @Run() async run({ item, how, policy = 'stop', after = '1d' }: ShipmentInput): Promise<string> {
    if (how === 'await') return executeChild(Parcel, { input: { item, after } })
    if (how === 'unknown') return String(await executeChild('nobody knows', { input: undefined }))
    const child = await startChild(Parcel, { input: { item, after: '3d' }, id: `parcel of ${item}`, parentClosePolicy: policy })
    if (how === 'leave') return child.executionId
    const scope = new CancellationScope()
    const result = scope.run(() => executeChild(Parcel, { input: { item: 'other', after: '5d' }, id: 'the other' }))
    await sleep('1h')
    scope.cancel()
    try {
      return await result
    } catch (error) {
      await this.cleanUp()
      return `cancelled: ${isCancelled(error) || error instanceof Error}`
    }
  }
}

/** Asks somebody for a decision by a token. */
@Workflow({ name: 'decision' })
export class Decision {
  @Step() async mail(token: string): Promise<string> {
    return token
  }

  @Run() async run(rounds: number): Promise<string> {
    const decision = await approval<string>('manager', { timeout: '2d', notify: (token) => this.mail(token) })
    if (rounds > 1) continueAsNew<Decision['run']>(rounds - 1)
    return decision ?? 'none'
  }
}

/** A subscription: a run a month, with what came meanwhile. */
@Workflow({ name: 'subscription' })
export class Subscription {
  #left: number | undefined
  #cancelled = false
  #topUps = 0

  @Signal() topUp(n: number): void {
    this.#topUps += n
  }

  @Signal() end(): void {
    this.#cancelled = true
  }

  @Step() async charge(month: number): Promise<number> {
    return month
  }

  @Query() left(): number {
    return this.#left ?? 0
  }

  @Run() async run({ month, left }: { month: number; left: number }): Promise<{ months: number; left: number }> {
    this.#left = left
    await this.charge(month)
    await condition(() => this.#cancelled, '30d')
    const next = left + this.#topUps - 1
    if (this.#cancelled || next <= 0) return { months: month, left: next }
    return continueAsNew<Subscription['run']>({ month: month + 1, left: next })
  }
}

/** Iterations with steps and sleeps of their own. */
@Workflow({ name: 'batch' })
export class Batch {
  @Step({ retry: { maxAttempts: 2, delay: '1m' } }) async pack(item: number): Promise<number> {
    if (item === 13) throw new Error('unlucky')
    return item * 2
  }

  @Run() async run(items: readonly number[]): Promise<number[]> {
    return forEach(items, { concurrency: 2 }, async (item) => {
      await sleep(item < 0 ? 5 : '1h') // on Postgres time is dear
      return this.pack(item)
    })
  }
}

/** Sends signals to another execution. */
@Workflow({ name: 'sender' })
export class Sender {
  @Run() async run({ to, by }: { to: string; by: string }): Promise<string> {
    try {
      await externalExecution(to).signal('approve', by)
      return 'delivered'
    } catch (error) {
      return (error as Error).message
    }
  }
}

/** Works on for hours unless it is told to stop. */
@Workflow({ name: 'worker' })
export class Laborer {
  @Step({ cancellation: 'wait', retry: { maxAttempts: 1 } }) async heed(): Promise<string> {
    const { signal } = stepContext()
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve('heeded'), { once: true }))
  }

  @Step() async undo(): Promise<void> {}

  @Run() async run(how: 'sleep' | 'heed'): Promise<string> {
    try {
      if (how === 'heed') return await this.heed()
      await sleep('10d')
      return 'done'
    } finally {
      await CancellationScope.nonCancellable(() => this.undo())
    }
  }
}

@Workflow({ name: 'limited', timeout: '1d' })
export class Limited {
  @Run() async run(): Promise<void> {
    await sleep('2d')
  }
}

/** Iterations that leave something running when they end. */
@Workflow({ name: 'hasty' })
export class Hasty {
  @Step() async slow(i: number): Promise<number> {
    return i
  }

  @Step() async quick(i: number): Promise<number> {
    return i
  }

  @Run() async run(count: number): Promise<{ results: number[]; after: number }> {
    const results = await forEach(Array.from({ length: count }, (_, i) => i), { concurrency: 1 }, async (i) => {
      const late = (async () => {
        await this.slow(i)
        return this.slow(i + 100)
      })()
      return Promise.race([late, this.quick(i)])
    })
    return { results, after: await this.quick(99) }
  }
}
