// Owns: the order in which actors get their turns. A turn delivers the inputs that wait, one at a time, and lets the program
// run to its next suspension after each. Actors that have inputs at the same time share those pauses, so that a thousand
// executions cost one macrotask a round, not a thousand.
import type { Actor, Delivery } from './actor.ts'

export interface TurnLoopOptions {
  readonly now: () => number
  /** Takes an actor whose turn is complete; it is `busy` until `release`. */
  readonly commit: (actor: Actor) => void
  /** The program and the log disagree, or the core failed. */
  readonly broken: (actor: Actor, error: unknown) => void
}

/** So many share a round: the turns of a crowd are written while the rest of it is still on the way. */
const ROUND = 64

export class TurnLoop {
  readonly #options: TurnLoopOptions
  #ready: Actor[] = []
  #running = Promise.resolve()
  #active = false

  constructor(options: TurnLoopOptions) {
    this.#options = options
  }

  offer(actor: Actor, delivery: Delivery): void {
    if (actor.dropped) return
    actor.offer(delivery, this.#options.now())
    if (!actor.busy) this.#schedule(actor)
  }

  /** The first turn after a replay, with or without inputs. */
  begin(actor: Actor): void {
    this.#schedule(actor)
  }

  /** The actor's turn has been committed. */
  release(actor: Actor): void {
    actor.busy = false
    if (!actor.dropped && actor.hasInputs) this.#schedule(actor)
  }

  /** Resolves when no actor is in the middle of a turn. */
  async idle(): Promise<void> {
    while (this.#active) await this.#running
  }

  #schedule(actor: Actor): void {
    actor.busy = true
    this.#ready.push(actor)
    if (this.#active) return
    this.#active = true
    this.#running = this.#run()
  }

  async #run(): Promise<void> {
    const { now, commit } = this.#options
    await Promise.resolve() // those who become ready in the same tick share the first round
    while (this.#ready.length > 0) {
      let active = this.#ready.splice(0, ROUND)
      while (active.length > 0) {
        this.#each(active, (actor) => actor.advance(now()))
        await macrotask()
        const going: Actor[] = []
        this.#each(active, (actor) => {
          if (actor.afterDrain(now())) going.push(actor)
          else commit(actor)
        })
        active = going
      }
    }
    this.#active = false
  }

  #each(actors: readonly Actor[], act: (actor: Actor) => void): void {
    for (const actor of actors) {
      if (actor.dropped) continue
      try {
        act(actor)
      } catch (error) {
        this.#options.broken(actor, error)
      }
    }
  }
}

// Taken before anyone replaces it: neither the guard nor an application's fake timers are in the way of a turn.
const { setImmediate: immediate } = globalThis

/** Every microtask of the program has run when it resolves. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => immediate(resolve))
}
