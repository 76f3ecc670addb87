// Owns: how many step bodies run at once in this process, and the line in front of them.
import type { Input } from '../core/input.ts'
import { type Attempt, AttemptAborted, runAttempt, type RunningAttempt } from './run-attempt.ts'
import type { Registered } from './registry.ts'

/** A step body that is to run here. */
export interface LocalStep {
  readonly workflow: Registered
  readonly attempt: Attempt
  /** Whether another worker may take it while it waits here. */
  readonly movable: boolean
  /** Takes the outcome; not called once the step was withdrawn. */
  readonly done: (outcome: Input) => void
}

interface Waiting {
  readonly step: LocalStep
  readonly since: number
}

export class StepSlots {
  readonly capacity: number
  readonly #waiting = new Set<Waiting>()
  readonly #running = new Map<LocalStep, RunningAttempt>()
  readonly #free: () => void
  readonly #mayStart: () => boolean
  #closed = false

  /**
   * `free` is told whenever a slot has become free and nobody waits for it. No body starts while `mayStart` says no; call
   * `pump` when it may say yes again.
   */
  constructor(capacity: number, free: () => void, mayStart: () => boolean = () => true) {
    this.capacity = capacity
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
    if (this.#running.size >= this.capacity || !this.#open()) this.#waiting.add({ step, since: performance.now() })
    else this.#start(step)
  }

  /** Starts what waits, as far as there are slots. */
  pump(): void {
    if (!this.#open()) return
    for (const waiting of this.#waiting) {
      if (this.#running.size >= this.capacity) return
      this.#waiting.delete(waiting)
      this.#start(waiting.step)
    }
    if (this.#running.size < this.capacity) this.#free()
  }

  /** No body starts any more. */
  close(): void {
    this.#closed = true
  }

  /** Takes out of the line what has waited for `ms` and may run elsewhere. */
  takeStale(ms: number): readonly LocalStep[] {
    const limit = performance.now() - ms
    const stale: LocalStep[] = []
    for (const waiting of this.#waiting) {
      if (waiting.since > limit) break // the line is in order of arrival
      if (!waiting.step.movable) continue
      this.#waiting.delete(waiting)
      stale.push(waiting.step)
    }
    return stale
  }

  /** Forgets the steps that match: those in line never start, the AbortSignals of running ones fire. */
  withdraw(why: string, matches: (step: LocalStep) => boolean): void {
    for (const waiting of this.#waiting) if (matches(waiting.step)) this.#waiting.delete(waiting)
    for (const [step, running] of this.#running) {
      if (!matches(step)) continue
      this.#running.delete(step)
      running.abort(new AttemptAborted(why))
    }
    this.pump()
  }

  /** Resolves when no body runs any more. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) {
      await Promise.race([...this.#running.values()].map(({ outcome }) => outcome))
      await Promise.resolve()
    }
  }

  #start(step: LocalStep): void {
    const running = runAttempt(step.workflow, step.attempt)
    this.#running.set(step, running)
    running.outcome.then((outcome) => {
      if (this.#running.get(step) !== running) return // withdrawn
      this.#running.delete(step)
      step.done(outcome)
      this.pump()
    })
  }

  #open(): boolean {
    return !this.#closed && this.#mayStart()
  }
}
