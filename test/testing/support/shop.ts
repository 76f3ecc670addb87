// The workflows that the tests of the kit run.
import { setTimeout as wait } from 'node:timers/promises'
import { ApplicationError, Run, sleep, Step, stepContext, StepFailed, Workflow } from '@baton/sdk'
import { z } from 'zod'

export interface Order {
  readonly id: string
  readonly items: readonly string[]
}

export class Payments {
  readonly charged: string[] = []

  async charge(id: string): Promise<string> {
    this.charged.push(id)
    return `receipt of ${id}`
  }
}

@Workflow({ name: 'shop', input: z.object({ id: z.string(), items: z.array(z.string()).default([]) }) })
export class Shop {
  constructor(private readonly payments: Payments = new Payments()) {}

  @Step({ retry: { maxAttempts: 4, delay: '1m', backoff: 2, maxDelay: '10m' }, timeout: '30s' })
  async charge(order: Order): Promise<string> {
    return this.payments.charge(order.id)
  }

  @Step() async pack(item: string, at: Date): Promise<{ item: string; at: Date }> {
    return { item, at }
  }

  @Run() async run(order: Order): Promise<{ receipt: string; parcels: string[] }> {
    const receipt = await this.charge(order)
    const parcels: string[] = []
    for (const item of order.items) parcels.push((await this.pack(item, new Date(0))).item)
    await sleep('7d')
    return { receipt, parcels }
  }
}

/** Two clocks side by side: what is due first happens first. */
@Workflow({ name: 'race' })
export class Race {
  @Step({ timeout: '1h', retry: { maxAttempts: 1 } }) async note(what: string): Promise<string> {
    return what
  }

  @Run() async run(): Promise<string[]> {
    const seen: string[] = []
    const branch = async (name: string, hours: number): Promise<void> => {
      await sleep(`${hours}h`)
      seen.push(await this.note(name))
    }
    await Promise.all([branch('slow', 5), branch('quick', 1), branch('middle', 3)])
    return seen
  }
}

/** A body that does real things, with a private field that a mock must not take from it. */
@Workflow({ name: 'real' })
export class Real {
  readonly #secret = 'kept'

  @Step({ timeout: 20, retry: { maxAttempts: 2, delay: '1h' } }) async slow(ms: number): Promise<string> {
    const { attempt, signal, idempotencyKey } = stepContext()
    if (attempt === 1) await wait(ms, undefined, { signal })
    return `${this.#secret} ${attempt} ${idempotencyKey}`
  }

  @Run() async run(ms: number): Promise<string> {
    return this.slow(ms)
  }
}

@Workflow({ name: 'refusing', output: z.string() })
export class Refusing {
  @Step({ retry: { nonRetryable: ['RangeError'] } }) async check(how: string): Promise<string> {
    if (how === 'application') throw new ApplicationError('NotApproved', { details: { how } })
    if (how === 'range') throw new RangeError('too far')
    return how
  }

  @Run() async run(how: string): Promise<string> {
    try {
      const checked = await this.check(how)
      return how === 'output' ? (5 as unknown as string) : checked
    } catch (error) {
      if (error instanceof StepFailed && how === 'range') return `caught ${String(error.cause)}`
      throw error
    }
  }
}

/** Waits for what no environment can bring. */
@Workflow({ name: 'stuck' })
export class Stuck {
  @Run() async run(): Promise<void> {
    await new Promise(() => {})
  }
}

@Workflow({ name: 'graph' })
export class Graph {
  @Step() async source(input: { n: number }): Promise<number> {
    return input.n
  }

  @Step({ after: ['source'] }) async double(up: { source: number }): Promise<number> {
    return up.source * 2
  }

  @Step({ after: ['source'], when: (up: { source: number }) => up.source > 100 }) async big(): Promise<string> {
    return 'big'
  }
}

@Workflow({ name: 'ten' })
export class Ten {
  @Step() async link(i: number): Promise<number> {
    return i
  }

  @Run() async run(): Promise<number> {
    let sum = 0
    for (let i = 0; i < 10; i++) sum += await this.link(i)
    return sum
  }
}

/** A step that has an hour in all. */
@Workflow({ name: 'hurried' })
export class Hurried {
  @Step({ totalTimeout: '1h', retry: { maxAttempts: 99, delay: '25m', backoff: 1, jitter: 0 } }) async ask(): Promise<string> {
    return 'answer'
  }

  @Run() async run(): Promise<string> {
    return this.ask()
  }
}
