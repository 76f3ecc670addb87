// Owns: what time it is in an environment, and what is due when. Time moves only when it is told to; it never goes back.

interface Waiting {
  readonly dueAt: number
  readonly ring: () => void
}

export class VirtualClock {
  /** In order of time; those of one moment in the order they were set. */
  readonly #waiting: Waiting[] = []
  #now: number

  constructor(start: number) {
    this.#now = start
  }

  /** Ms since 1970. */
  get now(): number {
    return this.#now
  }

  /** Calls `ring` once time has come to `dueAt`. */
  set(dueAt: number, ring: () => void): { cancel(): void } {
    const waiting = { dueAt, ring }
    this.#waiting.splice(this.#placeOf(dueAt), 0, waiting)
    return {
      cancel: () => {
        const at = this.#waiting.indexOf(waiting)
        if (at >= 0) this.#waiting.splice(at, 1)
      },
    }
  }

  /** Goes on to the next moment at which something is due, at most to `until`; false if there is none. */
  ringNext(until = Number.POSITIVE_INFINITY): boolean {
    const dueAt = this.#waiting[0]?.dueAt
    if (dueAt === undefined || dueAt > until) return false
    this.moveTo(dueAt)
    const due = this.#waiting.splice(0, this.#placeOf(dueAt))
    for (const { ring } of due) ring()
    return true
  }

  moveTo(now: number): void {
    this.#now = Math.max(this.#now, now)
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
