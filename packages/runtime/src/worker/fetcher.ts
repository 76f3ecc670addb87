// Owns: when this process asks the queues for work: one fetch at a time, woken by NOTIFY, by room that has become free, by a
// heartbeat that saw something due, and slowly by a clock.
import type { Claim } from './claim.ts'

/** A queue this worker takes one kind of job from. */
export interface Source {
  /** The queue's name in notifications. */
  readonly name: string
  /** How many jobs there is room for now. */
  readonly room: () => number
  /** Claims up to `max` jobs and starts on them. */
  readonly claim: (max: number) => Promise<Claim<unknown>>
}

export interface FetcherOptions {
  readonly sources: readonly Source[]
  readonly onError: (error: unknown) => void
}

const BATCH = 512
const POLL_MS = 10_000
const AFTER_ERROR_MS = 250

export class Fetcher {
  readonly #options: FetcherOptions
  readonly #wanted = new Set<Source>()
  /** Sources that may still have jobs, held up for want of room. */
  readonly #heldUp = new Set<Source>()
  #poll: NodeJS.Timeout | undefined
  #working: Promise<void> | undefined
  #started = false
  #stopped = false

  constructor(options: FetcherOptions) {
    this.#options = options
  }

  /** Nothing is claimed before: a worker hears of jobs while it still joins, and its parts are not there yet. */
  start(): void {
    this.#started = true
    this.#poll = setInterval(() => this.wake(), POLL_MS)
    this.wake()
  }

  /** Asks the named source, or all of them. */
  wake(name?: string): void {
    for (const source of this.#options.sources) if (name === undefined || source.name === name) this.#wanted.add(source)
    this.#run()
  }

  /** Something has become free: sources that were held up are asked again. */
  roomFreed(): void {
    if (this.#heldUp.size === 0) return
    for (const source of this.#heldUp) if (source.room() > 0) this.#wanted.add(source)
    this.#run()
  }

  /** Resolves when no claim is under way; none begins after. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#poll)
    await this.#working
  }

  #run(): void {
    if (this.#working || !this.#started || this.#stopped || this.#wanted.size === 0) return
    this.#working = this.#work().finally(() => {
      this.#working = undefined
      this.#run()
    })
  }

  async #work(): Promise<void> {
    while (!this.#stopped) {
      const [source] = this.#wanted
      if (!source) return
      this.#wanted.delete(source)
      this.#heldUp.delete(source)
      try {
        await this.#drain(source)
      } catch (error) {
        this.#options.onError(error)
        this.#wanted.add(source)
        await new Promise((resolve) => setTimeout(resolve, AFTER_ERROR_MS))
      }
    }
  }

  async #drain(source: Source): Promise<void> {
    while (!this.#stopped) {
      const max = powerOfTwo(Math.min(BATCH, source.room()))
      if (max <= 0) {
        this.#heldUp.add(source)
        return
      }
      const { fetched } = await source.claim(max)
      if (fetched < max) return
    }
  }
}

/** The size is part of the statement's text: few sizes are few statements to plan. 0 for less than 1. */
function powerOfTwo(most: number): number {
  return most < 1 ? 0 : 2 ** Math.floor(Math.log2(most))
}
