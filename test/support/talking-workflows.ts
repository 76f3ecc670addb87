// Workflows that messages, children, cancellation and iterations are tried with.
import { setTimeout as wait } from 'node:timers/promises'
import {
  approval, CancellationScope, ChildFailed, condition, continueAsNew, executeChild, executionInfo, externalExecution, forEach, isCancelled,
  now, patched, Query, random, Run, Signal, sleep, startChild, Step, stepContext, Update, uuid, Workflow, ApplicationError,
} from '@baton/sdk'
import { z } from 'zod'
import { mark, note } from './marks.ts'

/** Collects what it is told until it has `want` items. */
@Workflow({ name: 'basket', input: z.object({ want: z.int(), within: z.number().optional() }) })
export class Basket {
  readonly items: string[] = []

  @Signal({ payload: z.string() }) put(item: string): void {
    this.items.push(item)
  }

  @Query() content(): string[] {
    return [...this.items]
  }

  @Update({ payload: z.string(), validate: 'checkItem' }) async add(item: string): Promise<number> {
    this.items.push(await this.polish(item))
    return this.items.length
  }

  checkItem(item: string): void {
    if (item === 'stone') throw new ApplicationError('No stones', { type: 'NoStones' })
  }

  @Step() async polish(item: string): Promise<string> {
    mark()
    if (item === 'glass') throw new ApplicationError('Broken')
    return item.toUpperCase()
  }

  @Run() async run({ want, within }: { want: number; within?: number | undefined }): Promise<string[]> {
    if (within === undefined) await condition(() => this.items.length >= want)
    else if (!(await condition(() => this.items.length >= want, within))) return ['late', ...this.items]
    return this.items
  }
}

@Workflow({ name: 'clock' })
export class Clock {
  @Step() async noop(): Promise<void> {
    mark()
  }

  @Run() async run(): Promise<{ before: number; after: number; id: string; randoms: number[]; run: number }> {
    const before = now().getTime()
    await this.noop()
    await sleep(30)
    return { before, after: now().getTime(), id: uuid(), randoms: [random(), random()], run: executionInfo().run }
  }
}

/** Holds something, and gives it back whatever happens. */
@Workflow({ name: 'holder' })
export class Holder {
  cleaned = false

  @Query() isClean(): boolean {
    return this.cleaned
  }

  @Step() async hold(): Promise<string> {
    note('hold')
    return 'held'
  }

  @Step({ retry: { maxAttempts: 1 } }) async work(ms: number): Promise<string> {
    note('work')
    const { signal } = stepContext()
    await wait(ms, undefined, { signal }).catch((error: unknown) => {
      note('aborted')
      throw error
    })
    return 'worked'
  }

  @Step() async release(): Promise<void> {
    note('release')
  }

  @Run() async run(ms: number): Promise<string> {
    await this.hold()
    try {
      return await this.work(ms)
    } finally {
      await CancellationScope.nonCancellable(async () => {
        await this.release()
        this.cleaned = true
      })
    }
  }
}

@Workflow({ name: 'parent' })
export class Parent {
  @Run() async run(how: { ms: number; policy: 'stop' | 'kill' | 'abandon'; wait: boolean }): Promise<string> {
    const child = await startChild(Holder, { input: how.ms, parentClosePolicy: how.policy })
    if (!how.wait) return child.executionId
    try {
      return await child.result()
    } catch (error) {
      if (isCancelled(error)) throw error
      if (error instanceof ChildFailed) return `child: ${String((error.cause as Error).message)}`
      throw error
    }
  }
}

@Workflow({ name: 'squares' })
export class Squares {
  @Step({ retry: { maxAttempts: 1 } }) async square(n: number): Promise<number> {
    mark()
    if (n < 0) throw new Error(`negative ${n}`)
    return n * n
  }

  @Step() async plus(n: number): Promise<number> {
    mark()
    return n + 1
  }

  @Run() async run({ numbers, concurrency = 4, lenient = false }: { numbers: number[]; concurrency?: number; lenient?: boolean }): Promise<(number | undefined)[]> {
    const body = async (n: number): Promise<number> => this.plus(await this.square(n))
    return lenient ? forEach(numbers, { concurrency, onFailure: 'ignore' }, body) : forEach(numbers, { concurrency }, body)
  }
}

@Workflow({ name: 'relay' })
export class Relay {
  readonly got: string[] = []

  @Signal() tell(word: string): void {
    this.got.push(word)
  }

  @Run() async run(state: { rounds: number; words: string[] }): Promise<{ words: string[]; runs: number }> {
    await condition(() => this.got.length > 0)
    const words = [...state.words, ...this.got]
    if (words.length < state.rounds) continueAsNew<typeof this.run>({ rounds: state.rounds, words })
    return { words, runs: executionInfo().run }
  }
}

@Workflow({ name: 'trip' })
export class Trip {
  @Step({ compensate: 'cancelHotel' }) async hotel(name: string): Promise<string> {
    note('hotel')
    return `room in ${name}`
  }

  @Step({ compensate: 'cancelCar' }) async car(): Promise<string> {
    note('car')
    return 'a car'
  }

  @Step({ retry: { maxAttempts: 1 } }) async flight(how: string): Promise<string> {
    note('flight')
    if (how === 'fails') throw new Error('no seat')
    return 'a seat'
  }

  @Step() async cancelHotel(room: string, name: string): Promise<void> {
    note(`cancelHotel ${room} ${name}`)
  }

  @Step({ retry: { maxAttempts: 1 } }) async cancelCar(car: string): Promise<void> {
    note(`cancelCar ${car}`)
  }

  @Run() async run(how: string): Promise<string> {
    await this.hotel('Ritz')
    await this.car()
    if (how === 'waits') await sleep('1h')
    return this.flight(how)
  }
}

@Workflow({ name: 'review' })
export class Review {
  @Step() async mail(token: string): Promise<void> {
    note(token)
  }

  @Run() async run(ms: number): Promise<unknown> {
    return (await approval('boss', { timeout: ms, schema: z.object({ ok: z.boolean() }), notify: (token) => this.mail(token) })) ?? 'nobody cared'
  }
}

@Workflow({ name: 'teller' })
export class Teller {
  @Run() async run({ to, word }: { to: string; word: string }): Promise<string> {
    await externalExecution(to).signal('put', word)
    return 'told'
  }
}

@Workflow({ name: 'limited', timeout: 150 })
export class Limited {
  @Step() async tidy(): Promise<void> {
    note('tidy')
  }

  @Run() async run(): Promise<string> {
    try {
      await sleep('1h')
      return 'never'
    } finally {
      await CancellationScope.nonCancellable(() => this.tidy())
    }
  }
}

@Workflow({ name: 'renewed' })
export class Renewed {
  @Step() async old(): Promise<string> {
    return 'old'
  }

  @Step() async fresh(): Promise<string> {
    return 'new'
  }

  @Run() async run(): Promise<string> {
    return patched('renewal') ? this.fresh() : this.old()
  }
}

@Workflow({ name: 'caller' })
export class Caller {
  @Run() async run(n: number): Promise<number[]> {
    return Promise.all(Array.from({ length: n }, (_, i) => executeChild(Leaf, { input: i })))
  }
}

@Workflow({ name: 'leaf' })
export class Leaf {
  @Run() async run(i: number): Promise<number> {
    return i * 10
  }
}

export const talkingWorkflows = [Basket, Clock, Holder, Parent, Squares, Relay, Trip, Review, Teller, Limited, Renewed, Caller, Leaf]
