// A workflow whose step bodies begin and end when the test says so.
import { Step, stepContext, type StepContext, Workflow } from '@baton/sdk'
import type { Encoded } from '../../packages/runtime/src/payload/codec.ts'
import type { NewItem, StreamName } from '../../packages/runtime/src/log/stream-items.ts'
import type { LogEntry } from '../../packages/runtime/src/worker/log.ts'
import type { StepHost } from '../../packages/runtime/src/worker/step-host.ts'
import type { Attempt } from '../../packages/runtime/src/worker/attempt.ts'
import { register, type Registered } from '../../packages/runtime/src/worker/registry.ts'

export class Gates {
  /** Bodies that have begun, in order. */
  readonly begun: string[] = []
  readonly contexts = new Map<string, StepContext>()
  readonly #open = new Map<string, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>()

  enter(name: string): Promise<unknown> {
    this.begun.push(name)
    this.contexts.set(name, stepContext())
    return new Promise((resolve, reject) => this.#open.set(name, { resolve, reject }))
  }

  end(name: string, value?: unknown): void {
    this.#open.get(name)?.resolve(value)
  }

  fail(name: string, error: unknown): void {
    this.#open.get(name)?.reject(error)
  }
}

/** The worker's part, as far as a step sees it. */
export class Heard implements StepHost {
  /** `command.attempt: details` of each heartbeat. */
  readonly heartbeats: string[] = []
  readonly over: string[] = []

  heartbeat({ command, attempt }: Attempt, details: Encoded): void {
    this.heartbeats.push(`${command}.${attempt}: ${details}`)
  }

  withdrawn(): void {}

  ended({ command, attempt }: Attempt): void {
    this.over.push(`${command}.${attempt}`)
  }

  readonly items: NewItem[] = []
  readonly closed: StreamName[] = []
  readonly lines: LogEntry[] = []
  /** What a publication waits for. */
  gate: Promise<void> = Promise.resolve()

  readonly log = (entry: LogEntry): void => void this.lines.push(entry)

  async publish(item: NewItem): Promise<void> {
    await this.gate
    this.items.push(item)
  }

  async closeStream(stream: StreamName): Promise<void> {
    this.closed.push(stream)
  }
}

/** No kind and no name of its own: only `instanceof` knows it. */
export class Hopeless extends Error {}

@Workflow({ name: 'gated' })
export class Gated {
  readonly #gates: Gates

  constructor(gates: Gates) {
    this.#gates = gates
  }

  @Step() async pass(name: string): Promise<unknown> {
    return this.#gates.enter(name)
  }

  @Step({ priority: 7 }) async urgent(name: string): Promise<unknown> {
    return this.#gates.enter(name)
  }

  @Step({ timeout: '50ms' }) async hurry(name: string): Promise<unknown> {
    return this.#gates.enter(name)
  }

  @Step({ retry: { nonRetryable: [Hopeless] } }) async hope(name: string): Promise<unknown> {
    return this.#gates.enter(name)
  }

  @Step({ heartbeatTimeout: '100ms', timeout: '1s' }) async tick(name: string): Promise<unknown> {
    return this.#gates.enter(name)
  }

  @Step({ timeout: '30d' }) async linger(name: string): Promise<unknown> {
    return this.#gates.enter(name)
  }
}

export function gated(gates: Gates): Registered {
  const registered = register([{ workflow: Gated, create: () => new Gated(gates) }], undefined).get('gated')
  if (!registered) throw new Error('It was not registered.')
  return registered
}

export function attemptOf(name: string, step = 'pass', attempt = 1): Attempt {
  return { execution: 'e1', command: name, step, attempt, args: JSON.stringify([name]) }
}

/** Lets what has been resolved take effect. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
