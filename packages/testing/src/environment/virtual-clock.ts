// Owns: what time it is in an environment, and what is due when. Time moves only when it is told to; it never goes back.
import type { Alarm } from '@baton/runtime/core'

interface Waiting {
  readonly dueAt: number
  readonly ring: () => void
  /** Whether time goes on to it by itself. */
  readonly draws: boolean
}

export class VirtualClock {
  /** In order of time; those of one moment in the order they were set. */
  readonly #waiting: Waiting[] = []
  #now: number
  /** How many of those that wait draw time on. */
  #drawing = 0

  constructor(start: number) {
    this.#now = start
  }

  /** Ms since 1970. */
  get now(): number {
    return this.#now
  }

  /** Calls `ring` once time has come to `dueAt`; unless it `draws`, time comes there only on its way to something else. */
  set(dueAt: number, ring: () => void, { draws = true }: { readonly draws?: boolean } = {}): Alarm {
    const waiting = { dueAt, ring, draws }
    this.#waiting.splice(this.#placeOf(dueAt), 0, waiting)
    this.#drawing += Number(draws)
    return {
      dueAt,
      cancel: () => {
        const at = this.#waiting.indexOf(waiting)
        if (at >= 0) this.#remove(at, 1)
      },
    }
  }

  /** Goes on to the next moment at which something is due, at most to `until`; without it, only if something draws time on. */
  ringNext(until?: number): boolean {
    const dueAt = this.#waiting[0]?.dueAt
    if (dueAt === undefined || (until === undefined ? this.#drawing === 0 : dueAt > until)) return false
    this.moveTo(dueAt)
    for (const { ring } of this.#remove(0, this.#placeOf(dueAt))) ring()
    return true
  }

  moveTo(now: number): void {
    this.#now = Math.max(this.#now, now)
  }

  #remove(at: number, count: number): readonly Waiting[] {
    const removed = this.#waiting.splice(at, count)
    this.#drawing -= removed.filter(({ draws }) => draws).length
    return removed
  }

  /** Behind all that are due at `dueAt` or before. */
  #placeOf(dueAt: number): number {
    let low = 0
    let high = this.#waiting.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#waiting[middle]?.dueAt ?? 0) <= dueAt) low = middle + 1
      else high = middle
    }
    return low
  }
}
