// Owns: which actors have nothing to do, and giving them up, many in a transaction.
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { isRefused } from '../log/connection-loss.ts'
import type { Database } from '../log/database.ts'
import type { Faults } from '../log/fault-points.ts'
import { GroupCommit } from '../log/group-commit.ts'
import type { Names } from '../log/names.ts'
import type { Actor } from './actor.ts'
import type { Conductor } from './conductor.ts'
import { monotonic } from './monotonic.ts'
import { type Leaving, park } from './park.ts'

export interface ParkerOptions {
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly names: Names
  readonly faults: Faults
  readonly worker: () => number
  /** Ms of the database's clock. */
  readonly now: () => number
  /** How long an actor must have had nothing to do, and nothing to come. */
  readonly afterMs: number
  readonly conductor: Conductor
  readonly open: () => boolean
  /** It is not known whether executions were given up. */
  readonly doubt: (message: string, error: unknown) => void
}

interface Going {
  readonly actor: Actor
  readonly wakeAt: number | undefined
  /** The message that asks to set it aside. */
  readonly pause?: string
}

/** Their rows are locked together for some tens of ms: who sends one of them a message waits so long. */
const MAX_PARKING = 500
/** What they wait for is written down at once: no more than takes some ms. */
const MAX_WAITS = 5_000

export class Parker {
  readonly #options: ParkerOptions
  readonly #pauses: GroupCommit<Going, void>
  #parking: Promise<void> | undefined

  constructor(options: ParkerOptions) {
    this.#options = options
    this.#pauses = new GroupCommit({
      max: MAX_PARKING,
      flush: async (going) => {
        await this.#leave(going)
        return going.map(() => {})
      },
    })
  }

  /** One transaction at a time: parking is no hurry, and must not take the pool from what is. */
  parkIdle(): void {
    this.#parking ??= this.#parkIdle().finally(() => {
      this.#parking = undefined
    })
  }

  /** Sets an execution aside that was asked to be paused. */
  pause(actor: Actor, message: string): Promise<void> {
    actor.busy = true
    return this.#pauses.submit({ actor, wakeAt: undefined, pause: message })
  }

  /** Resolves when nothing is being given up. */
  async idle(): Promise<void> {
    await this.#parking
    await this.#pauses.idle()
  }

  async #parkIdle(): Promise<void> {
    for (;;) {
      const { going, more } = this.#idleActors()
      if (going.length === 0) return
      for (const { actor } of going) actor.busy = true
      const settled = await this.#leave(going)
      if (!more || !settled || !this.#options.open()) return // what becomes idle meanwhile goes together, at the next look
    }
  }

  #idleActors(): { readonly going: readonly Going[]; readonly more: boolean } {
    const { afterMs, now, conductor } = this.#options
    const limit = monotonic() - afterMs
    const going: Going[] = []
    let waits = 0
    for (const actor of conductor.actors()) {
      if (going.length >= MAX_PARKING || waits >= MAX_WAITS) return { going, more: true }
      if (actor.busy || actor.hasInputs || actor.localSteps > 0 || actor.errands > 0 || actor.lastActive > limit) continue
      const wakeAt = actor.nextDue()
      if (wakeAt !== undefined && wakeAt - now() < afterMs) continue
      going.push({ actor, wakeAt })
      waits += actor.execution.commands.size
    }
    return { going, more: false }
  }

  /** True if it is known of each whether it has left. */
  async #leave(going: readonly Going[]): Promise<boolean> {
    const { database, dispatcher, names, faults, worker, doubt } = this.#options
    try {
      const gone = await park({ database, dispatcher, names, faults, worker: worker() }, going.map(leaving))
      for (const each of going) this.#settle(each, gone.has(each.actor.id))
      return true
    } catch (error) {
      // The server refuses them for one of them: it is no harm to the others.
      if (going.length > 1 && isRefused(error)) {
        const half = going.length >> 1
        const settled = await this.#leave(going.slice(0, half))
        return (await this.#leave(going.slice(half))) && settled
      }
      // The commit may have happened: then the executions are nobody's, and a flush for them must not be.
      for (const { actor } of going) this.#options.conductor.drop(actor)
      doubt(`${named(going)} could not be parked and will be given back`, error)
      return false
    }
  }

  #settle({ actor, pause }: Going, gone: boolean): void {
    const { conductor } = this.#options
    if (gone) conductor.drop(actor)
    else if (pause === undefined) {
      actor.lastActive = monotonic() // something has come in
      conductor.release(actor)
    } else conductor.takeUp(actor)
  }
}

function leaving({ actor, wakeAt, pause }: Going): Leaving {
  return { execution: actor.id, queue: actor.workflow.definition.queue, wakeAt, waits: JSON.stringify(actor.execution.waits()), pause }
}

function named(going: readonly Going[]): string {
  const [first] = going
  return going.length === 1 && first ? `Execution '${first.actor.id}'` : `${going.length} executions`
}
