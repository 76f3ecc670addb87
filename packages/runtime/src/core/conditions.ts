// Owns: the conditions that the program waits for. They are asked again after each drain, live as in a replay, so that one that
// comes true needs no event.
import type { Settle } from './open.ts'
import type { Region } from './region.ts'

interface Condition {
  readonly predicate: () => boolean
  readonly scope: Region
  readonly settle: Settle
  /** The timer that ends the wait. */
  readonly timer: string | undefined
}

/** Shared by all that wait for none; nothing is put into it. */
const NONE: Condition[] = []

export class Conditions {
  #waiting = NONE

  get size(): number {
    return this.#waiting.length
  }

  add(condition: Condition): void {
    if (this.#waiting.length === 0) this.#waiting = [condition]
    else this.#waiting.push(condition)
  }

  remove(condition: Condition): void {
    this.#waiting = this.#waiting.filter((each) => each !== condition)
  }

  clear(): void {
    this.#waiting = NONE
  }

  /**
   * Asks them, oldest first, until one is met: the program runs on with it before the next is asked, for it may take what the
   * others wait for. True if there was one; `disarm` is told its timer.
   */
  settle(look: (predicate: () => boolean) => boolean, disarm: (timer: string) => void): boolean {
    if (this.#waiting.length === 0) return false
    const at = this.#waiting.findIndex(({ predicate, settle }) => {
      try {
        if (!look(predicate)) return false
        settle.resolve(true)
      } catch (error) {
        settle.reject(error)
      }
      return true
    })
    const met = this.#waiting[at]
    if (!met) return false
    this.remove(met)
    if (met.timer !== undefined) disarm(met.timer)
    return true
  }

  /** Ends those whose scope has been cancelled. */
  cancel(): void {
    this.#waiting = this.#waiting.filter(({ scope: { cancellation }, settle }) => {
      if (!cancellation) return true
      settle.reject(cancellation)
      return false
    })
  }

  /** Ends those of scopes that match; their promises stay as they are. */
  forget(matches: (scope: Region) => boolean): void {
    this.#waiting = this.#waiting.filter(({ scope }) => !matches(scope))
  }
}
