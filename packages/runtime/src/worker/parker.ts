// Owns: which actors have nothing to do, and giving them up, a few at a time.
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { Database } from '../log/database.ts'
import type { Faults } from '../log/fault-points.ts'
import type { Actor } from './actor.ts'
import type { Conductor } from './conductor.ts'
import { monotonic } from './monotonic.ts'
import { park } from './park.ts'

export interface ParkerOptions {
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly faults: Faults
  readonly worker: () => number
  /** Ms of the database's clock. */
  readonly now: () => number
  /** How long an actor must have had nothing to do, and nothing to come. */
  readonly afterMs: number
  readonly conductor: Conductor
  readonly open: () => boolean
  /** It is not known whether an execution was given up. */
  readonly doubt: (message: string, error: unknown) => void
}

/** Parking is no hurry: it must not take the pool from what is. */
const MAX_PARKING = 2

export class Parker {
  readonly #options: ParkerOptions
  #parking = 0

  constructor(options: ParkerOptions) {
    this.#options = options
  }

  parkIdle(): void {
    const { afterMs, now, conductor } = this.#options
    const limit = monotonic() - afterMs
    for (const actor of conductor.actors()) {
      if (this.#parking >= MAX_PARKING) return
      if (actor.busy || actor.hasInputs || actor.localSteps > 0 || actor.errands > 0 || actor.lastActive > limit) continue
      const due = actor.nextDue()
      if (due === undefined || due - now() >= afterMs) void this.#park(actor, due)
    }
  }

  /** Sets an execution aside that was asked to be paused. */
  pause(actor: Actor, message: string): Promise<void> {
    return this.#park(actor, undefined, message)
  }

  async #park(actor: Actor, wakeAt: number | undefined, pause?: string): Promise<void> {
    const { database, dispatcher, faults, worker, conductor, open, doubt } = this.#options
    actor.busy = true
    this.#parking++
    try {
      const { queue } = actor.workflow.definition
      const parked = await park({ database, dispatcher, faults, worker: worker(), execution: actor.id, queue, wakeAt, waits: actor.execution.waits(), pause })
      if (parked) conductor.drop(actor)
      else if (pause === undefined) conductor.release(actor)
      else conductor.takeUp(actor)
    } catch (error) {
      // The commit may have happened: then the execution is nobody's, and a flush for it must not be.
      conductor.drop(actor)
      doubt(`Execution '${actor.id}' could not be parked; it is given back`, error)
    } finally {
      this.#parking--
      if (open()) this.parkIdle() // the next of those that wait to be parked
    }
  }
}
