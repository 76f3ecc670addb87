import { setTimeout as wait } from 'node:timers/promises'
import { ApplicationError, continueAsNew, type Outputs, publish, Run, sleep, Step, stepContext, StepFailed, Workflow } from '@baton/sdk'
import { z } from 'zod'
import { mark } from './marks.ts'
import { Copying, Impatient, Ranked } from './step-option-workflows.ts'

@Workflow({ name: 'chain', input: z.object({ n: z.int().min(0), ms: z.number().default(0) }) })
export class Chain {
  @Step() async link(i: number, ms: number): Promise<{ i: number }> {
    mark()
    if (ms > 0) await wait(ms)
    return { i }
  }

  @Run() async run({ n, ms }: { n: number; ms: number }): Promise<number> {
    let sum = 0
    for (let i = 0; i < n; i++) sum += (await this.link(i, ms)).i
    return sum
  }
}

/** Twenty steps: two to begin, two parallel branches of eight with a sleep in one, two to end. */
@Workflow({ name: 'branches' })
export class Branches {
  @Step() async add(sum: number, i: number): Promise<number> {
    mark()
    return sum + i
  }

  @Run() async run(start: number): Promise<{ left: number; right: number; sum: number }> {
    let sum = await this.add(start, 1)
    sum = await this.add(sum, 2)
    const branch = async (by: number, pause: boolean): Promise<number> => {
      let own = sum
      for (let i = 0; i < 8; i++) {
        own = await this.add(own, by)
        if (pause && i === 3) await sleep(5)
      }
      return own
    }
    const [left, right] = await Promise.all([branch(10, true), branch(100, false)])
    sum = await this.add(left, right)
    sum = await this.add(sum, 0)
    return { left, right, sum }
  }
}

@Workflow({ name: 'fan', input: z.object({ n: z.int(), ms: z.number().default(0) }) })
export class Fan {
  @Step() async part(i: number, ms: number): Promise<number> {
    mark()
    if (ms > 0) await wait(ms)
    return i * 2
  }

  @Run() async run({ n, ms }: { n: number; ms: number }): Promise<number> {
    const parts = await Promise.all(Array.from({ length: n }, (_, i) => this.part(i, ms)))
    return parts.reduce((sum, part) => sum + part, 0)
  }
}

@Workflow({ name: 'nap' })
export class Nap {
  @Step() async after(): Promise<number> {
    mark()
    return Date.now()
  }

  @Run() async run(ms: number): Promise<number> {
    await sleep(ms)
    return this.after()
  }
}

@Workflow({ name: 'diamond' })
export class Diamond {
  @Step() async source(input: { n: number }): Promise<number[]> {
    mark()
    return Array.from({ length: input.n }, (_, i) => i)
  }

  @Step({ after: ['source'] }) async count(up: Outputs<Diamond, 'source'>): Promise<number> {
    return up.source.length
  }

  @Step({ after: ['source'] }) async total(up: Outputs<Diamond, 'source'>): Promise<number> {
    return up.source.reduce((sum, each) => sum + each, 0)
  }

  @Step({ after: ['source'], when: (up: Outputs<Diamond, 'source'>) => up.source.length > 100, onFailure: 'ignore' })
  async big(): Promise<string> {
    return 'big'
  }

  @Step({ after: ['count', 'total'] })
  async report(up: Outputs<Diamond, 'count' | 'total'>, input: { n: number }): Promise<string> {
    return `${input.n}: ${up.total} in ${up.count}`
  }
}

/** Fails as told, by attempt; what was tried is in the result. */
@Workflow({ name: 'flaky' })
export class Flaky {
  @Step({ retry: { maxAttempts: 4, delay: 20, backoff: 2, nonRetryable: ['RangeError'] } })
  async attempt(how: { failures: number; kind: string }): Promise<number> {
    mark()
    const { attempt } = stepContext()
    if (attempt > how.failures) return attempt
    if (how.kind === 'range') throw new RangeError('out of range')
    if (how.kind === 'application') throw new ApplicationError('NotApproved', { details: { attempt } })
    throw new Error(`attempt ${attempt} failed`, { cause: new TypeError('deep down') })
  }

  @Run() async run(how: { failures: number; kind: string }): Promise<string> {
    try {
      return `succeeded at attempt ${await this.attempt(how)}`
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error
      if (how.kind === 'rethrow') throw error
      const cause = error.cause as Error
      return `${error.step} failed after ${error.attempts}: ${cause.name}: ${cause.message}`
    }
  }
}

/** A step that listens to its AbortSignal, and one that does not. */
@Workflow({ name: 'slow' })
export class Slow {
  @Step({ timeout: 50, retry: { maxAttempts: 2, delay: 5 } })
  async listens(): Promise<string> {
    const { signal, attempt } = stepContext()
    if (attempt === 2) return 'second attempt'
    await wait(30_000, undefined, { signal })
    return 'never'
  }

  @Run() async run(): Promise<string> {
    return this.listens()
  }
}

/** What comes and goes through the log, unchanged. */
@Workflow({ name: 'echo' })
export class Echo {
  @Step() async back(value: unknown): Promise<unknown> {
    return value
  }

  @Run() async run(value: unknown): Promise<unknown> {
    return this.back(value)
  }
}

/** Promises that nobody awaits, in run and in a step, which fail later. */
@Workflow({ name: 'stray' })
export class Stray {
  @Step({ retry: { maxAttempts: 1 } }) async fails(): Promise<void> {
    void wait(5).then(() => {
      throw new Error('stray in the step')
    })
    await wait(20)
    throw new Error('failed')
  }

  @Run() async run(): Promise<string> {
    const failing = this.fails()
    const careless = async (): Promise<void> => {
      await failing
    }
    void careless()
    await failing.catch(() => {})
    await sleep(10)
    return 'unharmed'
  }
}

/** Tells numbers to the stream `tokens`; what has been acknowledged is marked. */
@Workflow({ name: 'storyteller' })
export class Teller {
  @Step({ retry: { delay: 0 } }) async tell({ part, n, keyed, fails = 0 }: Telling): Promise<number> {
    const context = stepContext()
    for (let i = 0; i < n; i++) {
      const value = `${part}:${i}`
      await context.publish('tokens', value, keyed ? { key: String(i) } : {})
      mark(value)
    }
    if (context.attempt <= fails) throw new Error('once more')
    return n
  }

  @Run() async run({ parts, ...telling }: Omit<Telling, 'part'> & { parts: number }): Promise<number> {
    const told = await Promise.all(Array.from({ length: parts }, (_, part) => this.tell({ part, ...telling })))
    return told.reduce((sum, n) => sum + n, 0)
  }
}

interface Telling {
  readonly part: number
  readonly n: number
  readonly keyed: boolean
  readonly fails?: number
}

/** Its own code tells the stream `status` where it stands, for as many runs as it is given. */
@Workflow({ name: 'herald' })
export class Herald {
  @Step() async work(i: number): Promise<number> {
    mark()
    return i
  }

  @Step() async shut(): Promise<void> {
    await stepContext().closeStream('status')
  }

  @Run() async run({ n, runs }: { n: number; runs: number }): Promise<string> {
    publish('status', 'begun')
    for (let i = 0; i < n; i++) {
      const done = await this.work(i)
      publish('status', done)
      publish('other', { done })
    }
    if (runs > 1) return continueAsNew<(input: { n: number; runs: number }) => Promise<string>>({ n, runs: runs - 1 })
    publish('status', 'done')
    await this.shut()
    publish('status', 'too late')
    return 'told'
  }
}

export const allWorkflows = [Herald, Teller, Stray, Chain, Branches, Fan, Nap, Diamond, Flaky, Slow, Echo, Copying, Impatient, Ranked]
