// Iterations, some at a time. Each has a scope, a log and a cancellation of its own; what has ended stands in the log of the
// forEach with its result, and is not run again by a replay.
import { Cancelled, isCancelled } from '@baton/sdk'
import type { ForEachOutcome, ForEachRequest, ForEachSource } from '@baton/sdk/host'
import type { Region } from './region.ts'
import type { Requests } from './requests.ts'

interface Item {
  readonly index: number
  readonly value: unknown
}

const MAX_FAILURES = 100

export async function runForEach(requests: Requests, scope: Region, request: ForEachRequest): Promise<ForEachOutcome> {
  return new Iterations(requests, scope, request).run()
}

class Iterations {
  readonly #requests: Requests
  readonly #scope: Region
  readonly #request: ForEachRequest
  readonly #id: string
  /** What a failure cancels. */
  readonly #inner: Region
  readonly #cursor: Cursor
  readonly #results: unknown[] = []
  readonly #failures: { index: number; error: Error }[] = []
  readonly #running = new Set<number>()
  /** Those who wait for the window to move on. */
  #blocked: (() => void)[] = []
  #succeeded = 0
  #failed = 0
  #over = false

  constructor(requests: Requests, scope: Region, request: ForEachRequest) {
    this.#requests = requests
    this.#scope = scope
    this.#request = request
    this.#id = scope.identify(request.name)
    this.#inner = scope.inner({})
    this.#cursor = new Cursor(request.source)
  }

  async run(): Promise<ForEachOutcome> {
    const { concurrency, source } = this.#request
    const runners = source.kind === 'items' ? Math.min(concurrency, source.count) : concurrency
    const ended = await Promise.allSettled(Array.from({ length: runners }, () => this.#runner()))
    for (const each of ended) if (each.status === 'rejected') throw each.reason // a page could not be had
    const cancelled = this.#scope.cancellation
    if (cancelled) throw cancelled
    return { results: this.#results, succeeded: this.#succeeded, failed: this.#failed, failures: this.#failures }
  }

  async #runner(): Promise<void> {
    for (;;) {
      if (this.#over || this.#inner.cancellation) return
      const item = await this.#next()
      if (!item || this.#over) return
      this.#running.add(item.index)
      while (this.#request.ordered && item.index >= this.#first() + this.#request.concurrency) {
        await new Promise<void>((resolve) => this.#blocked.push(resolve))
      }
      if (this.#over) return
      await this.#iterate(item)
      this.#running.delete(item.index)
      for (const wake of this.#blocked.splice(0)) wake()
    }
  }

  async #next(): Promise<Item | undefined> {
    try {
      return await this.#cursor.next()
    } catch (error) {
      this.#stop()
      throw error
    }
  }

  /** The first iteration that has not ended. */
  #first(): number {
    let first = Number.POSITIVE_INFINITY
    for (const index of this.#running) if (index < first) first = index
    return first
  }

  /** No other iteration begins. */
  #stop(): void {
    this.#over = true
    for (const wake of this.#blocked.splice(0)) wake()
  }

  async #iterate({ index, value }: Item): Promise<void> {
    const { collect, onFailure } = this.#request
    if (collect) this.#results[index] = undefined
    try {
      const result = await this.#requests.iterate(this.#inner, `${this.#id}[${index}]`, (lane) => this.#attempts(lane, value, index))
      this.#succeeded++
      if (collect) this.#results[index] = result
    } catch (error) {
      if (this.#inner.cancellation && isCancelled(error)) return // by the failure of another, or from outside
      this.#failed++
      if (this.#failures.length < MAX_FAILURES) this.#failures.push({ index, error: error instanceof Error ? error : new Error(String(error)) })
      if (onFailure === 'ignore') return
      this.#stop()
      if (onFailure === 'fail_immediately' && !this.#inner.cancellation) {
        this.#requests.cancel(this.#inner, new Cancelled(`iteration ${index} of '${this.#request.name}' failed`))
      }
    }
  }

  async #attempts(lane: Region, value: unknown, index: number): Promise<unknown> {
    const { attempts, retryDelayMs, body } = this.#request
    for (let attempt = 1; ; attempt++) {
      const scope = attempt === 1 ? lane : lane.inner({ path: `${lane.path.slice(0, -1)}~${attempt}/` })
      try {
        return await scope.run(() => body(value, index))
      } catch (error) {
        if (attempt >= attempts || scope.cancellation) throw error
        await lane.sleep(retryDelayMs)
      }
    }
  }
}

/** Hands the items out one by one; pages are had one at a time, in order. */
class Cursor {
  readonly #source: ForEachSource
  #index = 0
  #page: readonly unknown[] = []
  #first = 0
  #token: unknown
  #more = true
  #loading: Promise<void> | undefined

  constructor(source: ForEachSource) {
    this.#source = source
  }

  async next(): Promise<Item | undefined> {
    const source = this.#source
    if (source.kind === 'items') return this.#index < source.count ? { index: this.#index, value: source.at(this.#index++) } : undefined
    for (;;) {
      if (this.#index < this.#first + this.#page.length) return { index: this.#index, value: this.#page[this.#index++ - this.#first] }
      if (!this.#more) return undefined
      this.#loading ??= this.#load(source.next).finally(() => {
        this.#loading = undefined
      })
      await this.#loading
    }
  }

  async #load(next: (cursor: unknown) => Promise<{ readonly items: readonly unknown[]; readonly next?: unknown }>): Promise<void> {
    const page = await next(this.#token)
    this.#first += this.#page.length
    this.#page = page.items
    this.#token = page.next
    this.#more = page.next !== undefined && page.next !== null
  }
}
