// The database's time, known here without asking. A sample says what the server's clock showed at some moment before its
// answer arrived; taking it for the moment of arrival makes our clock slow by the way back, never fast. So a timer that is
// due here is due there (G5).
import { monotonic } from './monotonic.ts'

const SAMPLE_LIFE_MS = 60_000

export class DatabaseClock {
  #offset = Number.NEGATIVE_INFINITY
  #takenAt = Number.NEGATIVE_INFINITY
  readonly #monotonic: () => number

  constructor(clock: () => number = monotonic) {
    this.#monotonic = clock
  }

  /** Takes what the server's clock showed, ms since 1970, as an answer that has just arrived tells it. */
  sample(serverMs: number): void {
    const at = this.#monotonic()
    const offset = serverMs - at
    // The least delayed of recent samples is the best; an old one may have drifted.
    if (offset >= this.#offset || at - this.#takenAt > SAMPLE_LIFE_MS) {
      this.#offset = offset
      this.#takenAt = at
    }
  }

  /** Ms since 1970, at most what the server's clock shows. */
  now(): number {
    return this.#monotonic() + this.#offset
  }
}
