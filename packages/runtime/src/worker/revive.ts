// Owns: bringing executions back to life from their logs, of which a piece at a time is in memory.
import { BatonError } from '@baton/sdk'
import type { Foreseen } from '../core/foreseen.ts'
import { HistoryMismatch } from '../core/history-mismatch.ts'
import { ignore } from '../core/promises.ts'
import { Replay, replay } from '../core/replay.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { type LogRow, readRuns, toEvent } from '../log/read-history.ts'
import { foreseenIn, type LaneRow, type Piece, readFirstPiece, readForeseen, readLanes, readNextPiece, readWritten } from '../log/read-pieces.ts'
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

/**
 * Executions, from logs that nobody else appends to: they are this worker's, or nobody's. One that cannot be revived is no harm to the
 * others.
 */
export async function reviveAll(database: Database, names: Names, executions: readonly Sleeping[], log: Log): Promise<ReadonlyMap<string, Revived>> {
  const { pool } = database
  const ids = executions.map(({ id }) => id)
  const [first, lanes] = await Promise.all([withReconnect(() => readFirstPiece(pool, names, ids)), withReconnect(() => readLanes(pool, names, ids))])
  const ahead = first.more.size === 0 ? undefined : await withReconnect(() => readForeseen(pool, names, first.more))
  const revivals = new Map(executions.map((execution) => [
    execution.id, new Revival({ database, names, execution, lanes: lanes.get(execution.id) ?? [], ahead: ahead?.get(execution.id), log }),
  ]))
  const all = [...revivals.values()]
  for (let piece: Piece | undefined = first; piece;) {
    const { rows, more }: Piece = piece
    const wanted: Piece['more'] = new Map([...more].filter(([id]) => !revivals.get(id)?.revived))
    const next: Promise<Piece> | undefined = wanted.size === 0 ? undefined : withReconnect(() => readNextPiece(pool, names, { rows, more: wanted }))
    next?.catch(ignore) // it is on its way while this one is replayed, and is met below
    await Promise.all(all.map((revival) => revival.feed(rows.get(revival.id) ?? [], more.has(revival.id))))
    piece = await next
  }
  return new Map(all.flatMap(({ id, revived }) => (revived ? [[id, revived]] : [])))
}

/**
 * The same for one.
 *
 * @throws what keeps it from being revived.
 */
export async function reviveFromLog(database: Database, names: Names, id: string, workflow: Registered, log: Log): Promise<Actor> {
  const revived = (await reviveAll(database, names, [{ id, workflow, priority: 0 }], log)).get(id)
  if (!revived || 'error' in revived) throw revived?.error
  return revived.actor
}

/** The actor of the run that an execution goes on with after continueAsNew: the log has its first event. */
export async function nextRun({ pool, border }: Database, names: Names, { id, workflow, priority }: Actor, log: Log): Promise<Actor> {
  const rows = (await withReconnect(() => readRuns(pool, names, [id]))).get(id) ?? []
  return reviveOne(id, workflow, await border.openRows(rows, 'payload'), log, priority)
}

/** So many sealed payloads are open at once. */
const OPENED = 32
/** Of the commands that are open where the log and the code disagree. */
const MOST_COMPARED = 1_000

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
      const rows = this.#withLanes(main, goesOn)
      const isWhole = !goesOn && !this.#replay && !border.seals
      const actor = isWhole ? await reviveOne(id, workflow, rows, log, priority) : await this.#goOn(rows, goesOn)
      if (actor) this.#revived = { actor }
    } catch (error) {
      this.#revived = { error: this.#replay && error instanceof HistoryMismatch ? await this.#explained(this.#replay, error) : error }
    }
  }

  async #goOn(rows: readonly LogRow[], goesOn: boolean): Promise<Actor | undefined> {
    const { database: { border }, execution, lanes, ahead, log } = this.#options
    const { id, workflow } = execution
    for (const row of rows) this.#place.pass(row)
    if (this.#place.seq === 0) throw new HistoryGap(id, 1)
    if (!this.#replay) {
      this.#replay = new Replay(workflow.program, macrotask, new ActorSetting(id, workflow, log))
      for (const marks of [foreseenIn(rows), foreseenIn(lanes), ahead]) if (marks) this.#replay.foresee(marks)
    }
    // How large a payload is that was sealed or stored elsewhere is known once it has been opened.
    const size = border.seals ? OPENED : rows.length
    for (let at = 0; at < rows.length; at += size) {
      await this.#replay.feed((await border.openRows(rows.slice(at, at + size), 'payload')).map(toEvent))
    }
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

  /** What was probably changed can be said by what else the log has. */
  async #explained(replaying: Replay, mismatch: HistoryMismatch): Promise<HistoryMismatch> {
    const { database: { pool }, names, log } = this.#options
    try {
      return replaying.explain(mismatch, await withReconnect(() => readWritten(pool, names, this.id, replaying.open.slice(0, MOST_COMPARED))))
    } catch (error) {
      log({ level: 'debug', message: `What was changed in the code of execution '${this.id}' could not be found out`, error })
      return mismatch
    }
  }
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
  at = 0

  constructor(id: string) {
    this.#id = id
  }

  /** @throws HistoryGap if it is not the event that comes next. */
  pass({ seq, lane, nth, at }: LogRow): void {
    const before = lane === null ? this.seq || seq - 1 : this.lanes?.get(lane) ?? 0 // a run begins where the one before it has ended
    if (seq !== before + 1) throw new HistoryGap(this.#id, before + 1)
    if (lane === null) this.seq = seq
    else (this.lanes ??= new Map()).set(lane, seq)
    this.nth = Math.max(this.nth, nth ?? 0)
    this.at = Math.max(this.at, at.getTime())
  }
}

class HistoryGap extends BatonError {
  static override readonly kind = 'HistoryGap'

  constructor(id: string, seq: number) {
    super('HistoryGap', `The history of execution '${id}' has no event ${seq}; its log was changed from outside.`)
  }
}
