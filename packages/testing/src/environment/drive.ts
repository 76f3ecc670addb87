// Owns: when virtual time moves. It stands still while anything can run. Then it goes on to the next timer, retry, delay or
// appointment: by itself while somebody waits for a result or an answer (`auto`), else as far as `advance` says.
import { WrongContext } from '@baton/sdk'
import type { Engine } from './engine.ts'
import { hopeless } from './hopeless.ts'
import type { RecordedExecution } from './recorded-execution.ts'
import type { VirtualClock } from './virtual-clock.ts'

interface Waiter {
  readonly execution: RecordedExecution
  readonly giveUp: (error: Error) => void
}

export class Drive {
  readonly #engine: Engine
  readonly #clock: VirtualClock
  readonly #auto: boolean
  readonly #waiting = new Set<Waiter>()
  #driving = false
  #closed = false

  constructor(engine: Engine, clock: VirtualClock, auto: boolean) {
    this.#engine = engine
    this.#clock = clock
    this.#auto = auto
  }

  /**
   * The result of an execution; lets time pass until it is there.
   *
   * @throws as the execution's result; WrongContext if it can come no more.
   */
  async resultOf(execution: RecordedExecution): Promise<unknown> {
    return this.during('result()', execution, () => execution.result())
  }

  /**
   * Resolves when something was published, closed or has ended; lets time pass until then.
   *
   * @throws WrongContext if the environment was closed; what the execution was given up with; the signal's reason.
   */
  async changeOf(execution: RecordedExecution, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    const aborted = Promise.withResolvers<never>()
    const abort = (): void => aborted.reject(signal?.reason)
    signal?.addEventListener('abort', abort)
    try {
      await this.during('stream()', execution, () => Promise.race([execution.streams.changed(), execution.ended(), aborted.promise]))
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  /** Goes through everything that is due within `ms`, moment by moment. */
  async advance(ms: number): Promise<void> {
    const until = this.#clock.now + ms
    do await this.#engine.rest()
    while (this.#clock.ringNext(until))
    this.#clock.moveTo(until)
  }

  /** Time moves no more; results that are still awaited never come. */
  close(): void {
    this.#closed = true
  }

  /** Waits for something of an execution; lets time pass meanwhile. `what` is the caller's, for its error. */
  async during<T>(what: string, execution: RecordedExecution, wait: () => Promise<T>): Promise<T> {
    if (this.#closed && execution.endedAt === undefined) {
      throw new WrongContext(`${what} was called after the test environment was closed, and execution '${execution.id}' had not ended.`)
    }
    const never = Promise.withResolvers<never>()
    const waiter: Waiter = { execution, giveUp: never.reject }
    this.#waiting.add(waiter)
    if (this.#auto && !this.#driving) void this.#go()
    try {
      return await Promise.race([wait(), never.promise])
    } finally {
      this.#waiting.delete(waiter)
    }
  }

  async #go(): Promise<void> {
    this.#driving = true
    while (this.#waiting.size > 0 && !this.#closed) {
      await this.#engine.rest()
      if (this.#waiting.size > 0 && !this.#closed && !this.#clock.ringNext()) this.#giveUp()
    }
    this.#driving = false
  }

  /** Nothing is due and nothing runs: what is waited for can only come from the test, and it waits. */
  #giveUp(): void {
    for (const { execution, giveUp } of this.#waiting) giveUp(hopeless(execution, this.#engine.executions))
    this.#waiting.clear()
  }
}
