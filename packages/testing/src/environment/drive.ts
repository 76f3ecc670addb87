// Owns: when virtual time moves. It stands still while anything can run. Then it goes on to the next timer, retry or delay:
// by itself while somebody waits for a result (`auto`), else as far as `advance` says.
import { AssertionError } from 'node:assert'
import { WrongContext } from '@baton/sdk'
import type { Engine } from './engine.ts'
import type { RecordedExecution } from './recorded-execution.ts'
import type { VirtualClock } from './virtual-clock.ts'

export class Drive {
  readonly #engine: Engine
  readonly #clock: VirtualClock
  readonly #auto: boolean
  #waiting = 0
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
    return this.#during('result()', execution, () => execution.result())
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
      await this.#during('stream()', execution, () => Promise.race([execution.streams.changed(), execution.ended(), aborted.promise]))
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

  async #during<T>(what: string, execution: RecordedExecution, wait: () => Promise<T>): Promise<T> {
    if (this.#closed && execution.endedAt === undefined) {
      throw new WrongContext(`${what} was called after the test environment was closed, and execution '${execution.id}' had not ended.`)
    }
    this.#waiting++
    if (this.#auto && !this.#driving) void this.#go()
    try {
      return await wait()
    } finally {
      this.#waiting--
    }
  }

  async #go(): Promise<void> {
    this.#driving = true
    while (this.#waiting > 0 && !this.#closed) {
      await this.#engine.rest()
      if (this.#waiting > 0 && !this.#closed && !this.#clock.ringNext()) this.#giveUp()
    }
    this.#driving = false
  }

  /** Nothing is due and nothing runs: what has not ended never will. A second home for waits that a test can end. */
  #giveUp(): void {
    for (const execution of this.#engine.executions.values()) {
      if (execution.status !== 'running') continue
      execution.giveUp(
        new AssertionError({
          message: `Execution '${execution.id}' can never end: it waits for no step and no sleep. Its run() awaits a promise of something else; do that in a step.`,
        }),
      )
    }
  }
}
