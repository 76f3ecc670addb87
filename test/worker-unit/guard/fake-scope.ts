import { createHash } from 'node:crypto'
import type { ScopeControl } from '@baton/sdk/host'
import type { Region } from '../../../packages/runtime/src/core/region.ts'
import { inScope } from '../../../packages/runtime/src/worker/ambient.ts'

/** A scope whose clock and timers the test moves by hand. */
export class FakeScope {
  readonly violations: Error[] = []
  readonly execution = { id: 'e1', violate: (error: Error) => this.violations.push(error) }
  readonly #seed: string
  #draws = 0
  readonly #waiting = new Set<{ readonly dueAt: number; readonly resolve: () => void }>()
  time: number

  constructor(time = 1_000_000, seed = 'seed') {
    this.time = time
    this.#seed = seed
  }

  /** Runs as `run` of execution 'e1' would. */
  run<R>(act: () => R, guarded = true): R {
    return inScope(this as unknown as Region, act, guarded)
  }

  now(): number {
    return this.time
  }

  random(): number {
    return Number.parseInt(this.#draw().slice(0, 12), 16) / 2 ** 48
  }

  uuid(): string {
    return this.#draw().replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5')
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.add({ dueAt: this.time + ms, resolve }))
  }

  openScope(): ScopeControl {
    const cancelled = Promise.withResolvers<never>()
    cancelled.promise.catch(() => {})
    return {
      cancelled: false,
      run: (act) => Promise.race([act(), cancelled.promise]),
      cancel: (reason) => cancelled.reject(new Error(reason)),
    }
  }

  /** Moves its time, and lets run what that wakes. */
  async advance(ms: number): Promise<void> {
    this.time += ms
    for (const waiting of [...this.#waiting].filter(({ dueAt }) => dueAt <= this.time)) {
      this.#waiting.delete(waiting)
      waiting.resolve()
    }
    await new Promise((resolve) => setImmediate(resolve))
  }

  #draw(): string {
    return createHash('sha256').update(`${this.#seed}/${this.#draws++}`).digest('hex')
  }
}
