// One source, two dialects: project `unit` compiles it with TC39 decorators, project `legacy` with legacy ones and
// emitDecoratorMetadata. The suite beside it is given what either compiler made of it.
import { BatonError, Run, Step, Workflow } from '@baton/sdk'
import { z } from 'zod'

export interface Order {
  readonly id: string
  readonly total: number
}

export class RefusedError extends BatonError {
  static override readonly kind: string = 'Refused'
}

export abstract class Declined extends Error {}

export class Payments {
  readonly charged: string[] = []
}

@Workflow({ name: 'order', version: '7', queue: 'orders', input: z.object({ id: z.string(), total: z.number() }), output: z.string() })
export class OrderWorkflow {
  note = 'none'
  readonly #payments: Payments

  constructor(payments: Payments) {
    this.#payments = payments
  }

  @Step({
    retry: {
      maxAttempts: 5,
      delay: '2s',
      backoff: 3,
      maxDelay: '1h',
      platform: { maxAttempts: 50, backoff: 'fixed' },
      timeout: { maxAttempts: 1, backoff: 'exponential', maxDelay: '2h' },
      jitter: 0.5,
      nonRetryable: ['CardDeclined', RefusedError, Declined, RangeError],
    },
    timeout: '30s',
    totalTimeout: '1h',
    scheduleToStartTimeout: '1m',
    heartbeatTimeout: '5s',
    priority: -3,
    queue: 'payments',
    prefer: 'remote',
  })
  async charge(order: Order): Promise<string> {
    this.#payments.charged.push(order.id)
    return `charged ${order.id}`
  }

  @Step()
  async pack(count: number): Promise<number> {
    return count * 2
  }

  @Run()
  async run(order: Order): Promise<string> {
    this.note = await this.charge(order)
    return this.note
  }

  plain(): string {
    return `plain ${this.note}`
  }
}

@Workflow({ name: 'defaults' })
export class Defaults {
  @Step() async only(): Promise<void> {}
}

@Workflow({ name: 'etl' })
export class Etl {
  @Step() async extract(input: { readonly rows: number }): Promise<number[]> {
    return Array.from({ length: input.rows }, (_, i) => i)
  }

  @Step({ after: ['extract'], join: 'any', when: (up: { extract: number[] }) => up.extract.length > 0, onFailure: 'ignore' })
  async publish(up: { readonly extract: number[] }): Promise<number> {
    return up.extract.length
  }
}

@Workflow({ name: 'one-attempt' })
export class OneAttempt {
  @Step({ retry: { maxAttempts: 1 } }) async never(): Promise<void> {}
  @Step({ retry: { maxAttempts: 1, platform: { maxAttempts: 4 } } }) async platformOnly(): Promise<void> {}
}

@Workflow({ name: 'booking' })
export class Booking {
  @Step({ compensate: 'release' }) async reserve(room: string): Promise<number> {
    return room.length
  }

  @Step({ transactional: true }) async book(): Promise<void> {}

  @Step({ cancellation: 'abandon' }) async tell(): Promise<void> {}

  @Step({ compensate: 'release', cancellation: 'try' }) async hold(_room: string): Promise<number> {
    return 1
  }

  @Step() async release(reservation: number, room: string): Promise<string> {
    return `${room} ${reservation}`
  }
}

/** Has decorated members and no @Workflow: a base to share. */
export abstract class Notifying {
  @Step({ retry: { maxAttempts: 9 } }) async notify(whom: string): Promise<string> {
    return `${this.greeting()} ${whom}`
  }

  @Step({ queue: 'audit' }) async audit(): Promise<string> {
    return 'base audit'
  }

  abstract greeting(): string
}

@Workflow({ name: 'welcome' })
export class Welcome extends Notifying {
  greeting(): string {
    return 'welcome'
  }

  @Step({ queue: 'special' }) override async audit(): Promise<string> {
    return 'own audit'
  }

  @Run() async run(whom: string): Promise<string> {
    return this.notify(whom)
  }
}

@Workflow({ name: 'farewell' })
export class Farewell extends Notifying {
  greeting(): string {
    return 'farewell'
  }

  // Overridden without a decorator: still the step its base declares.
  override async notify(whom: string): Promise<string> {
    return `softly, ${await super.notify(whom)}`
  }

  @Run() async run(whom: string): Promise<string> {
    return this.notify(whom)
  }
}

/** A workflow below a workflow, with a name of its own and `run` from above. */
@Workflow({ name: 'welcome-again' })
export class WelcomeAgain extends Welcome {
  @Step() async gift(): Promise<string> {
    return 'flowers'
  }
}

/** Below a workflow, without @Workflow. */
export class Undecorated extends Welcome {}

export class NeverDecorated {}

@Workflow({ name: 'searched' })
export class Searched {
  static readonly attributes = { customer: 'keyword', total: 'number' } as const

  @Run() async run(): Promise<void> {}
}

@Workflow({ name: 'searched-too' })
export class SearchedToo extends Searched {}

/** Classes that cannot be workflows, each defined when called. */
export const refused = {
  invalidName: () => {
    @Workflow({ name: '1st order' })
    class Named {
      @Step() async only(): Promise<void> {}
    }
    return Named
  },
  invalidQueue: () => {
    @Workflow({ name: 'queued' })
    class Queued {
      @Step({ queue: 'a/b' }) async only(): Promise<void> {}
    }
    return Queued
  },
  attributeType: () => {
    // @ts-expect-error there is no such type
    @Workflow({ name: 'searched' })
    class Searched {
      static readonly attributes = { total: 'bigint' } as const
      @Run() async run(): Promise<void> {}
    }
    return Searched
  },
  attributeName: () => {
    @Workflow({ name: 'searched' })
    class Searched {
      static readonly attributes = { '1st': 'keyword' } as const
      @Run() async run(): Promise<void> {}
    }
    return Searched
  },
  manyAttributes: () => {
    @Workflow({ name: 'searched' })
    class Searched {
      static readonly attributes: Readonly<Record<string, 'keyword'>> = Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`a${i}`, 'keyword' as const]))
      @Run() async run(): Promise<void> {}
    }
    return Searched
  },
  invalidStepName: () => {
    @Workflow({ name: 'sharp' })
    class Sharp {
      @Step() async 'charge#2'(): Promise<void> {}
    }
    return Sharp
  },
  noSteps: () => {
    @Workflow({ name: 'empty' })
    class Empty {}
    return Empty
  },
  runWithAfter: () => {
    @Workflow({ name: 'mixed' })
    class Mixed {
      @Step({ after: ['run'] }) async second(): Promise<void> {}
      @Run() async run(): Promise<void> {}
    }
    return Mixed
  },
  unknownStep: () => {
    @Workflow({ name: 'typo' })
    class Typo {
      @Step() async extract(): Promise<void> {}
      @Step({ after: ['extrakt'] }) async clean(): Promise<void> {}
    }
    return Typo
  },
  farUnknownStep: () => {
    @Workflow({ name: 'stranger' })
    class Stranger {
      @Step() async extract(): Promise<void> {}
      @Step({ after: ['somethingElse'] }) async clean(): Promise<void> {}
    }
    return Stranger
  },
  cyclicSteps: () => {
    @Workflow({ name: 'circle' })
    class Circle {
      @Step({ after: ['c'] }) async a(): Promise<void> {}
      @Step({ after: ['a'] }) async b(): Promise<void> {}
      @Step({ after: ['b'] }) async c(): Promise<void> {}
    }
    return Circle
  },
  ownCircle: () => {
    @Workflow({ name: 'ring' })
    class Ring {
      @Step({ after: ['a'] }) async a(): Promise<void> {}
    }
    return Ring
  },
  unknownCompensation: () => {
    @Workflow({ name: 'saga' })
    class Saga {
      @Step({ compensate: 'refnd' }) async charge(): Promise<void> {}
      @Step() async refund(): Promise<void> {}
    }
    return Saga
  },
  compensationCompensated: () => {
    @Workflow({ name: 'saga' })
    class Saga {
      @Step({ compensate: 'refund' }) async charge(): Promise<void> {}
      @Step({ compensate: 'undo' }) async refund(): Promise<void> {}
      @Step() async undo(): Promise<void> {}
    }
    return Saga
  },
  compensationInGraph: () => {
    @Workflow({ name: 'saga' })
    class Saga {
      @Step({ compensate: 'refund' }) async charge(): Promise<void> {}
      @Step({ after: ['charge'] }) async refund(): Promise<void> {}
    }
    return Saga
  },
  afterCompensation: () => {
    @Workflow({ name: 'saga' })
    class Saga {
      @Step({ compensate: 'refund' }) async charge(): Promise<void> {}
      @Step() async refund(): Promise<void> {}
      @Step({ after: ['refund'] }) async mail(): Promise<void> {}
    }
    return Saga
  },
  cancellation: () => {
    @Workflow({ name: 'cancelled' })
    class Cancelled {
      @Step({ cancellation: 'later' as 'wait' }) async only(): Promise<void> {}
    }
    return Cancelled
  },
  maxAttempts: () => {
    @Workflow({ name: 'retried' })
    class Retried {
      @Step({ retry: { maxAttempts: 0 } }) async only(): Promise<void> {}
    }
    return Retried
  },
  backoff: () => {
    @Workflow({ name: 'retried' })
    class Retried {
      @Step({ retry: { backoff: 0.5 } }) async only(): Promise<void> {}
    }
    return Retried
  },
  platformAttempts: () => {
    @Workflow({ name: 'retried' })
    class Retried {
      @Step({ retry: { platform: { maxAttempts: 1.5 } } }) async only(): Promise<void> {}
    }
    return Retried
  },
  jitter: () => {
    @Workflow({ name: 'retried' })
    class Retried {
      @Step({ retry: { jitter: 2 } }) async only(): Promise<void> {}
    }
    return Retried
  },
  nonRetryable: () => {
    @Workflow({ name: 'retried' })
    class Retried {
      @Step({ retry: { nonRetryable: [404 as unknown as string] } }) async only(): Promise<void> {}
    }
    return Retried
  },
  priority: () => {
    @Workflow({ name: 'urgent' })
    class Urgent {
      @Step({ priority: 5_000 }) async only(): Promise<void> {}
    }
    return Urgent
  },
  duration: () => {
    @Workflow({ name: 'timed' })
    class Timed {
      @Step({ timeout: '-5s' }) async only(): Promise<void> {}
    }
    return Timed
  },
  staticStep: () => {
    @Workflow({ name: 'static' })
    class Static {
      // @ts-expect-error a static method is no step
      @Step() static async only(): Promise<void> {}
    }
    return Static
  },
  symbolStep: () => {
    @Workflow({ name: 'symbolic' })
    class Symbolic {
      // @ts-expect-error a method named by a symbol is no step
      @Step() async [Symbol.iterator](): Promise<void> {}
    }
    return Symbolic
  },
  runOfAnotherName: () => {
    @Workflow({ name: 'main' })
    class Main {
      // @ts-expect-error the program is the method run
      @Run() async main(): Promise<void> {}
    }
    return Main
  },
  runAndStep: () => {
    @Workflow({ name: 'both' })
    class Both {
      @Run() @Step() async run(): Promise<void> {}
    }
    return Both
  },
}
