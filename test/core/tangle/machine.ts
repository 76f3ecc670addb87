// Owns: one execution with the worker's own actor and turn loop, over a log in memory. It can lose a turn before its commit, or
// what the commit asked for, as a worker does that dies; the log stays.
import { encode } from '../../../packages/runtime/src/payload/codec.ts'
import { toRow } from '../../../packages/runtime/src/core/event-row.ts'
import type { Command } from '../../../packages/runtime/src/core/command.ts'
import { foreseen } from '../../../packages/runtime/src/core/foreseen.ts'
import { Replay, replay } from '../../../packages/runtime/src/core/replay.ts'
import { Actor, type Delivery } from '../../../packages/runtime/src/worker/actor.ts'
import type { TurnDraft } from '../../../packages/runtime/src/worker/turn-draft.ts'
import { type Registered, register } from '../../../packages/runtime/src/worker/registry.ts'
import { ActorSetting } from '../../../packages/runtime/src/worker/setting.ts'
import { macrotask, TurnLoop } from '../../../packages/runtime/src/worker/turn-loop.ts'
import { RecordedLog, toEvent } from '../../../packages/testing/src/environment/recorded-log.ts'
import type { Plan } from './node.ts'
import { type Observation, Tangle } from './tangle.ts'

/** Where a worker dies in its turn: nothing of it is written, or all of it and nothing of what it asked for is done. */
export type Fault = 'before append' | 'after append' | undefined

const ID = 'x'
const T0 = 1_000_000

class MachineSetting extends ActorSetting {
  override mint(command: string): string {
    return tokenOf(command)
  }
}

export class Machine {
  readonly log: RecordedLog
  /** All turns that were committed, by this worker and those before it. */
  readonly drafts: TurnDraft[] = []
  /** By command: the last thing that was asked for about it. Commands of runs before are not known any more. */
  readonly asked = new Map<string, Command>()
  now = T0
  fault: Fault
  crashed = false
  actor: Actor | undefined
  #instance: Tangle | undefined
  #error: unknown
  readonly #workflow: Registered
  readonly #turns: TurnLoop

  constructor(plan: Plan, seed = 'seed') {
    let instances = 0
    const create = (): Tangle => {
      const instance = new Tangle()
      if (++instances > 2) this.#instance = instance // the first two are looked at by the registry
      return instance
    }
    const workflow = register([{ workflow: Tangle, create }], undefined).get('tangle')
    if (!workflow) throw new TypeError('no workflow')
    this.#workflow = workflow
    this.log = new RecordedLog(toRow({ type: 'ExecutionStarted', input: encode('The plan', plan), start: { seed } }), T0)
    this.#turns = new TurnLoop({
      now: () => this.now,
      commit: (actor) => this.#commit(actor),
      broken: (_, error) => {
        this.#error = error
      },
    })
  }

  /** What the program of the actor has seen so far. */
  get seen(): readonly Observation[] {
    return [...(this.#instance?.seen ?? [])]
  }

  get ended(): boolean {
    return this.actor === undefined
  }

  /** Reads the log and goes on with it, as a worker that has claimed the execution; what waits for it is its first input. */
  async begin(waiting: readonly Delivery[] = [], away: ReadonlySet<string> = new Set()): Promise<void> {
    this.crashed = false
    this.actor = await this.revive()
    this.actor.execution.commands.withhold(away)
    for (const delivery of waiting) this.actor.offer(delivery)
    this.#turns.begin(this.actor)
    await this.#rest()
  }

  /** Gives inputs that come at the same time, and waits until the turn is committed or lost. */
  async turn(deliveries: readonly Delivery[]): Promise<void> {
    const { actor } = this
    if (!actor) return
    for (const delivery of deliveries) this.#turns.offer(actor, delivery)
    await this.#rest()
  }

  /** Another actor made of the log. */
  async revive(): Promise<Actor> {
    const rows = this.log.run()
    const setting = new MachineSetting(ID, this.#workflow)
    const execution = await (rows.length % 2 === 0 ? replay : replayInPieces)(this.#workflow.program, rows.map(toEvent), macrotask, setting)
    const lanes = new Map<string, number>()
    for (const { lane, seq } of rows) if (lane !== undefined) lanes.set(lane, seq)
    return new Actor(ID, this.#workflow, execution, { seq: this.log.main().length, lanes, nth: this.log.nth, at: Math.max(...rows.map(({ at }) => at)) })
  }

  /** What another worker would find: the actor, and what its program has seen. */
  async look(): Promise<{ readonly actor: Actor; readonly seen: readonly Observation[] }> {
    const mine = this.#instance
    const actor = await this.revive()
    const { seen } = this
    this.#instance = mine
    return { actor, seen }
  }

  async #rest(): Promise<void> {
    await this.#turns.idle()
    const { actor } = this
    if (actor && this.#continued) {
      this.#continued = false
      const waiting = actor.takeInputs()
      actor.dropped = true
      await this.begin(waiting)
    }
    if (this.#error !== undefined) throw this.#error
  }

  #continued = false

  #commit(actor: Actor): void {
    const draft = actor.takeTurn()
    if (this.fault === 'before append') {
      this.#die(actor)
      return
    }
    this.log.append(draft)
    this.drafts.push(draft)
    if (draft.run) this.asked.clear()
    for (const command of draft.commands) this.asked.set(command.kind === 'abort' ? `abort ${command.what} ${command.id}` : command.id, command)
    if (draft.end) {
      actor.dropped = true
      this.actor = undefined
    } else if (this.fault === 'after append') {
      this.#die(actor)
    } else if (draft.run) {
      this.#continued = true
    } else {
      this.#turns.release(actor)
    }
  }

  #die(actor: Actor): void {
    actor.dropped = true
    this.crashed = true
    this.fault = undefined
  }
}

export function tokenOf(command: string): string {
  return `token of ${command}`
}

/** As a worker reads what is long: it knows of the rest of the log only what must be foreseen, and each piece once. */
const replayInPieces: typeof replay = async (program, history, drain, setting) => {
  const replaying = new Replay(program, drain, setting)
  const size = 1 + (history.length % 5)
  replaying.foresee(foreseen(history.slice(0, size)))
  replaying.foresee(foreseen(history.slice(size)))
  for (let at = 0; at < history.length; at += size) await replaying.feed(history.slice(at, at + size))
  return replaying.finish()
}
