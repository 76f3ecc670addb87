// Owns: how many step bodies run at once in this process, and the line in front of them.
import type { StepOutcome } from '../core/input.ts'
import { toFailure } from '../payload/failure.ts'
import type { Attempt } from './attempt.ts'
import { AttemptAborted, runAttempt, type RunningAttempt, type Posted } from './run-attempt.ts'
import type { Registered } from './registry.ts'
import type { StepHost } from './step-host.ts'
import { WaitingLine } from './waiting-line.ts'

/** A step body that is to run here. */
export interface LocalStep {
  readonly workflow: Registered
  readonly attempt: Attempt
  /** Among those that wait the higher goes first; default: what the step says. */
  readonly priority?: number
  /** Whether another worker may take it while it waits here. */
  readonly movable: boolean
  /** Takes the outcome; not called once the step was withdrawn. */
  readonly done: (outcome: StepOutcome | Posted) => void
}

export class StepSlots {
  readonly capacity: number
  readonly #waiting = new WaitingLine<LocalStep>()
  readonly #running = new Map<LocalStep, RunningAttempt>()
  readonly #host: StepHost
  readonly #free: () => void
  readonly #mayStart: () => boolean
  #closed = false

  /**
   * `free` is told whenever a slot has become free and nobody waits for it. No body starts while `mayStart` says no; call
   * `pump` when it may say yes again.
   */
  constructor(capacity: number, host: StepHost, free: () => void, mayStart: () => boolean = () => true) {
    this.capacity = capacity
    this.#host = host
    this.#free = free
    this.#mayStart = mayStart
  }

  get running(): number {
    return this.#running.size
  }

  /** Slots that nothing here needs. */
  get room(): number {
    return this.#closed ? 0 : Math.max(0, this.capacity - this.#running.size - this.#waiting.size)
  }

  run(step: LocalStep): void {
    if (this.#running.size >= this.capacity || !this.#open()) this.#waiting.add(step, priorityOf(step), performance.now())
    else this.#start(step)
  }

  /** Starts what waits, as far as there are slots. */
  pump(): void {
    if (!this.#open()) return
    while (this.#running.size < this.capacity) {
      const next = this.#waiting.take()
      if (!next) break
      this.#start(next)
    }
    if (this.#running.size < this.capacity) this.#free()
  }

  /** No body starts any more. */
  close(): void {
    this.#closed = true
  }

  /** Takes out of the line what has waited for `ms` and may run elsewhere. */
  takeStale(ms: number): readonly LocalStep[] {
    return this.#waiting.takeOlder(performance.now() - ms, ({ movable }) => movable)
  }

  /** Takes a step out of the line; false if it has begun or was never there. */
  takeBack(matches: (step: LocalStep) => boolean): boolean {
    return this.#waiting.remove(matches) > 0
  }

  /** Forgets the steps that match: those in line never start, the AbortSignals of running ones fire. Returns how many. */
  withdraw(why: string, matches: (step: LocalStep) => boolean): number {
    let count = this.#waiting.remove(matches)
    for (const [step, running] of this.#running) {
      if (!matches(step)) continue
      count++
      this.#running.delete(step)
      this.#host.withdrawn(step.attempt)
      running.abort(new AttemptAborted(why))
    }
    this.pump()
    return count
  }

  /**
   * Asks the steps that match to stop: running ones see their AbortSignal fire and are still waited for, those in line have
   * failed. Whether there was any.
   */
  cancel(error: Error, matches: (step: LocalStep) => boolean): boolean {
    const inLine = this.#waiting.takeOlder(Number.POSITIVE_INFINITY, matches)
    let any = inLine.length > 0
    for (const { attempt: { command, attempt }, done } of inLine) done({ kind: 'failed', command, attempt, failure: toFailure(error) })
    for (const [step, running] of this.#running) {
      if (!matches(step)) continue
      any = true
      running.abort(error)
    }
    return any
  }

  /** Resolves when no body runs any more. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) {
      await Promise.race([...this.#running.values()].map(({ outcome }) => outcome))
      await Promise.resolve()
    }
  }

  #start(step: LocalStep): void {
    const running = runAttempt(step.workflow, step.attempt, this.#host)
    this.#running.set(step, running)
    running.outcome.then((outcome) => {
      if (this.#running.get(step) !== running) return // withdrawn
      this.#running.delete(step)
      this.#host.ended(step.attempt)
      step.done(outcome)
      this.pump()
    })
  }

  #open(): boolean {
    return !this.#closed && this.#mayStart()
  }
}

function priorityOf({ priority, workflow, attempt }: LocalStep): number {
  return priority ?? workflow.definition.steps.get(attempt.step)?.priority ?? 0
}
