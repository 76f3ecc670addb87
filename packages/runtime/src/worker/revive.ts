// Owns: bringing executions back to life from their logs, of which a piece at a time is in memory.
import { BatonError } from '@baton/sdk'
import { type Foreseen, foreseen } from '../core/foreseen.ts'
import type { HistoryEvent } from '../core/history-event.ts'
import { HistoryMismatch } from '../core/history-mismatch.ts'
import { ignore } from '../core/promises.ts'
import { Replay, replay } from '../core/replay.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { type LogRow, readRuns, toEvent } from '../log/read-history.ts'
import { type LaneRow, readFirstPiece, readForeseen, readLanes, readNextPiece } from '../log/read-pieces.ts'
import { withReconnect } from '../log/reconnect.ts'
import { Actor, type LogPlace } from './actor.ts'
import type { Log } from './log.ts'
import type { Registered } from './registry.ts'
import { ActorSetting } from './setting.ts'
import { macrotask } from './turn-loop.ts'

/** An execution whose log is to be replayed. */
interface Sleeping {
  readonly id: string
  readonly workflow: Registered
  readonly priority: number
}

/** What came of it: the actor, or why there is none. */
export type Revived = { readonly actor: Actor } | { readonly error: unknown }

/**
 * The actor that the rows of a run's log describe.
 *
 * @throws HistoryGap; HistoryMismatch; NonDeterministic.
 */
export async function reviveOne(id: string, workflow: Registered, rows: readonly LogRow[], log: Log, priority = 0): Promise<Actor> {
  const place = new Place(id)
  for (const row of rows) place.pass(row)
  if (rows.length === 0) throw new HistoryGap(id, 1)
  const execution = await replay(workflow.program, rows.map(toEvent), macrotask, new ActorSetting(id, workflow, log))
  return actorAt(place, { id, workflow, priority }, execution)
}

/** Executions that are this worker's: nobody appends to their logs meanwhile. */
export async function reviveOwned(database: Database, names: Names, executions: readonly Sleeping[], log: Log): Promise<ReadonlyMap<string, Revived>> {
  const { pool } = database
  const ids = executions.map(({ id }) => id)
  const [first, lanes] = await Promise.all([readFirstPiece(pool, names, ids), readLanes(pool, names, ids)])
  const ahead = first.more.size === 0 ? undefined : await readForeseen(pool, names, first.more)
  const revivals = executions.map((execution) => new Revival({ database, names, execution, lanes: lanes.get(execution.id) ?? [], ahead: ahead?.get(execution.id), log }))
  for (let piece = first; ;) {
    const { rows, more } = piece
    const next = more.size === 0 ? undefined : readNextPiece(pool, names, piece) // on its way while this one is replayed
    next?.catch(ignore) // it is met below
    await Promise.all(revivals.map((revival) => revival.feed(rows.get(revival.id) ?? [], more.has(revival.id))))
    if (!next) break
    piece = await next
  }
  return new Map(revivals.flatMap(({ id, revived }) => (revived ? [[id, revived]] : [])))
}

/** The actor of the run that an execution goes on with after continueAsNew: the log has its first event. */
export async function nextRun({ pool, border }: Database, names: Names, { id, workflow, priority }: Actor, log: Log): Promise<Actor> {
  const rows = (await withReconnect(() => readRuns(pool, names, [id]))).get(id) ?? []
  return reviveOne(id, workflow, await border.openRows(rows, 'payload'), log, priority)
}

interface RevivalOptions {
  readonly database: Database
  readonly names: Names
  readonly execution: Sleeping
  readonly lanes: readonly LaneRow[]
  /** What the log has behind its first piece. */
  readonly ahead: Foreseen | undefined
  readonly log: Log
}

class Revival {
  readonly #options: RevivalOptions
  readonly #place: Place
  /** Of a log that comes in several pieces. */
  #replay: Replay | undefined
  /** How many events of iterations have been fed. */
  #lanesFed = 0
  #revived: Revived | undefined

  constructor(options: RevivalOptions) {
    this.#options = options
    this.#place = new Place(options.execution.id)
  }

  get id(): string {
    return this.#options.execution.id
  }

  get revived(): Revived | undefined {
    return this.#revived
  }

  /** Takes the next rows of the main log; `goesOn` if there are more to come. What is wrong with it is its own trouble. */
  async feed(main: readonly LogRow[], goesOn: boolean): Promise<void> {
    if (this.#revived) return
    const { database: { border }, execution: { id, workflow, priority }, log } = this.#options
    try {
      const rows = await border.openRows(this.#withLanes(main, goesOn), 'payload')
      const isWhole = !goesOn && !this.#replay
      const actor = isWhole ? await reviveOne(id, workflow, rows, log, priority) : await this.#goOn(rows, goesOn)
      if (actor) this.#revived = { actor }
    } catch (error) {
      this.#revived = this.#replay && error instanceof HistoryMismatch ? await this.#explained() : { error }
    }
  }

  async #goOn(rows: readonly LogRow[], goesOn: boolean): Promise<Actor | undefined> {
    const { execution, lanes, ahead, log } = this.#options
    const { id, workflow } = execution
    for (const row of rows) this.#place.pass(row)
    const events = rows.map(toEvent)
    this.#replay ??= begun(new Replay(workflow.program, macrotask, new ActorSetting(id, workflow, log)), [...events, ...lanes.map(toEvent)], ahead)
    await this.#replay.feed(events)
    return goesOn ? undefined : actorAt(this.#place, execution, await this.#replay.finish())
  }

  /** Events of iterations stand behind the event of the main log that they came after. */
  #withLanes(main: readonly LogRow[], goesOn: boolean): readonly LogRow[] {
    const { lanes } = this.#options
    if (this.#lanesFed === lanes.length) return main
    const rows: LogRow[] = []
    for (const row of main) {
      rows.push(row)
      for (let next = lanes[this.#lanesFed]; next && next.after <= row.seq; next = lanes[++this.#lanesFed]) rows.push(next)
    }
    if (goesOn) return rows
    rows.push(...lanes.slice(this.#lanesFed))
    this.#lanesFed = lanes.length
    return rows
  }

  /** What was probably changed can be said from the whole log only. */
  async #explained(): Promise<Revived> {
    const { database: { pool, border }, names, execution: { id, workflow, priority }, log } = this.#options
    try {
      const rows = (await readRuns(pool, names, [id])).get(id) ?? []
      return { actor: await reviveOne(id, workflow, await border.openRows(rows, 'payload'), log, priority) }
    } catch (error) {
      return { error }
    }
  }
}

function begun(replaying: Replay, events: readonly HistoryEvent[], ahead: Foreseen | undefined): Replay {
  replaying.foresee(foreseen(events))
  if (ahead) replaying.foresee(ahead)
  return replaying
}

function actorAt(place: Place, { id, workflow, priority }: Sleeping, execution: Actor['execution']): Actor {
  const actor = new Actor(id, workflow, execution, place)
  actor.priority = priority
  return actor
}

/** Where a log ends: the place of the next event. A hole would put that onto another. */
class Place implements LogPlace {
  readonly #id: string
  seq = 0
  lanes: Map<string, number> | undefined
  nth = 0

  constructor(id: string) {
    this.#id = id
  }

  /** @throws HistoryGap if it is not the event that comes next. */
  pass({ seq, lane, nth }: LogRow): void {
    const before = lane === null ? this.seq || seq - 1 : this.lanes?.get(lane) ?? 0 // a run begins where the one before it has ended
    if (seq !== before + 1) throw new HistoryGap(this.#id, before + 1)
    if (lane === null) this.seq = seq
    else (this.lanes ??= new Map()).set(lane, seq)
    this.nth = Math.max(this.nth, nth ?? 0)
  }
}

class HistoryGap extends BatonError {
  static override readonly kind = 'HistoryGap'

  constructor(id: string, seq: number) {
    super('HistoryGap', `The history of execution '${id}' has no event ${seq}; its log was changed from outside.`)
  }
}
