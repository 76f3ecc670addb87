// Owns: what the attempts of one mocked step do, in which order. What is said for a number of attempts goes first, in the
// order it was said; then what was said last without a number; then the step's own body.

/** What runs in place of a step's body. */
export type Body = (...args: unknown[]) => Promise<unknown>

/** How one attempt goes. */
export interface Behaviour {
  /** Undefined for the step's own. */
  readonly body: Body | undefined
  /** Virtual ms before the body runs. */
  readonly delayMs: number
}

export interface NewBehaviour {
  readonly body: Body
  readonly delayMs: number | undefined
  /** For how many attempts; undefined for all that follow. */
  readonly times: number | undefined
}

export class Behaviours {
  #limited: { readonly behaviour: NewBehaviour; left: number }[] = []
  #standing: NewBehaviour | undefined
  #delayMs = 0

  add(behaviour: NewBehaviour): void {
    if (behaviour.times === undefined) this.#standing = behaviour
    else this.#limited.push({ behaviour, left: behaviour.times })
  }

  /** The delay of behaviours that say none, the step's own body included. */
  delay(ms: number): void {
    this.#delayMs = ms
  }

  clear(): void {
    this.#limited = []
    this.#standing = undefined
    this.#delayMs = 0
  }

  /** How the next attempt goes. */
  take(): Behaviour {
    const chosen = this.#takeLimited() ?? this.#standing
    return { body: chosen?.body, delayMs: chosen?.delayMs ?? this.#delayMs }
  }

  #takeLimited(): NewBehaviour | undefined {
    const [first] = this.#limited
    if (first && --first.left === 0) this.#limited.shift()
    return first?.behaviour
  }
}
