// Owns: one live execution in memory: its core, its place in the log, the inputs that wait, the turn being made.
// Does not own: when it gets a turn (turn-loop), where its commands run (conductor).
import type { ChildCommand } from '../core/command.ts'
import { completionEvent } from '../core/completion.ts'
import { toRow } from '../core/event-row.ts'
import type { Execution } from '../core/execution.ts'
import type { HistoryEvent } from '../core/history-event.ts'
import type { Input } from '../core/input.ts'
import type { Published } from '../core/notes.ts'
import { FactoryFailed } from '../core/program.ts'
import { laneId, type NewEvent } from '../log/append.ts'
import type { NewItem } from '../log/stream-items.ts'
import type { Alarm } from './alarms.ts'
import { monotonic } from './monotonic.ts'
import type { Registered } from './registry.ts'
import { including, TurnDraft } from './turn-draft.ts'

/** An input and, if it came by the inbox, its row there. */
export interface Delivery {
  readonly input: Input
  readonly inbox?: string
}

/** One that waits for its turn, and since when. */
interface Waiting extends Delivery {
  readonly at: number | undefined
}

/** Shared by all that have nothing of a kind. */
const NONE: readonly never[] = []

const STATUS = {
  ExecutionCompleted: 'completed', ExecutionFailed: 'failed', ExecutionStopped: 'stopped', ExecutionTimedOut: 'timed_out',
  ExecutionKilled: 'killed',
} as const

/** Where the log of an execution ends. */
export interface LogPlace {
  /** The number of the last event in the main log. */
  readonly seq: number
  /** The same of the logs of iterations. */
  readonly lanes?: ReadonlyMap<string, number> | undefined
  /** The last of the numbers that order their events among each other. */
  readonly nth?: number
  /** The time of the last event, ms. */
  readonly at?: number
}

export class Actor {
  readonly id: string
  readonly workflow: Registered
  readonly execution: Execution
  /** Workers that died with it in hand since it last got on. */
  takeovers = 0
  /** Steps that wait or run in this process. */
  localSteps = 0
  /** The message that asks to set it aside: nothing new is performed, and it leaves memory once its steps here have ended. */
  pausing: string | undefined
  /** What is asked of others for it, and not answered: the one who hears the answer must be in memory. */
  errands = 0
  /** Its end is committed, and its children have been told. */
  ended = false
  /** Steps on their way to their queue; what is to stop them has to wait. */
  sending: Promise<void> | undefined
  /** Whether steps of it may be away. */
  sentAway = false
  /** From the first delivery of a turn to the end of its commit. */
  busy = false
  /** Gone from memory: ended, parked, blocked or taken over. */
  dropped = false
  lastActive = monotonic()
  /** Of the execution; that of each of its steps is added. */
  priority = 0
  #inputs: readonly Waiting[] = NONE
  /** Alarms of timers, retries and deadlines, by what they are of. */
  #alarms: Map<string, Alarm> | undefined
  /** Children that were not there yet when it ended. */
  #lateChildren: readonly ChildCommand[] = NONE
  /** The event that ends it, or its run, has been made. */
  #hasEnded = false
  /** The turn being made. */
  #draft: TurnDraft | undefined
  /** When that came which the program runs on with, ms of the database's clock. */
  #deliveredAt: number | undefined
  /** The time of the last event: none is older than the one before it. */
  #latest: number
  /** The program has begun, or been told something, and has not run on with it: nothing is delivered before it has (X5). */
  #told = true
  #seq: number
  /** The logs of iterations that have begun, and their last numbers. */
  #lanes: Map<string, number> | undefined
  /** Those of them that are of iterations within iterations. */
  #inner: Set<string> | undefined
  /** Counts the events of all iterations: a replay must have them in their order, for an outer one can cancel an inner one. */
  #nth: number

  constructor(id: string, workflow: Registered, execution: Execution, { seq, lanes, nth = 0, at = 0 }: LogPlace) {
    this.id = id
    this.workflow = workflow
    this.execution = execution
    this.#seq = seq
    this.#lanes = lanes && new Map(lanes)
    this.#inner = lanes && new Set([...lanes.keys()].filter(isInner))
    this.#nth = nth
    this.#latest = at
  }

  /** The number of the last event in the main log. */
  get seq(): number {
    return this.#seq
  }

  get hasInputs(): boolean {
    return this.#inputs.length > 0
  }

  /** `at` is when it came, ms of the database's clock; default: when it is delivered. */
  offer({ input, inbox }: Delivery, at?: number): void {
    this.#inputs = including(this.#inputs, { input, at, ...(inbox === undefined ? {} : { inbox }) })
    this.lastActive = monotonic()
  }

  /** The inputs that wait, for the actor of the next run. */
  takeInputs(): readonly Waiting[] {
    const inputs = this.#inputs
    this.#inputs = NONE
    return inputs
  }

  /**
   * Takes inputs until one has become an event, and delivers it; what the program does about it happens in the microtasks. It is of the
   * time at which it came: how long it had to wait for its turn delays no timer that follows from it. Delivers none while the program has
   * yet to run on with what `afterDrain` told it.
   */
  advance(now: number): void {
    if (this.#told) {
      this.#told = false
      return
    }
    this.#deliveredAt = undefined
    let next = 0
    while (next < this.#inputs.length && !this.execution.completion) {
      const delivery = this.#inputs[next++]
      if (!delivery) break
      if (delivery.inbox !== undefined) this.#turn.consumed = including(this.#turn.consumed, delivery.inbox)
      const at = Math.max(this.#latest, Math.min(delivery.at ?? now, now))
      const event = this.execution.decide(delivery.input, at)
      if (!event) continue
      this.#deliveredAt = at
      this.#push(event, at)
      this.execution.deliver(event, at)
      break
    }
    this.#inputs = next === this.#inputs.length ? NONE : this.#inputs.slice(next)
  }

  /**
   * Collects what the program did; true if the turn goes on, with what it has been told or with another input.
   *
   * @throws FactoryFailed if the program could not even begin here; NonDeterministic if it did what a replay cannot repeat.
   */
  afterDrain(now: number): boolean {
    const { violation } = this.execution
    if (violation) throw violation
    if (this.execution.settle()) {
      this.#told = true
      return true
    }
    const at = Math.max(this.#latest, this.#deliveredAt ?? now) // as it will stand in the log, also where the clock is behind that
    const { events, commands, more } = this.execution.collect(at)
    for (const event of events) this.#push(event, at)
    for (const command of commands) this.#turn.commands = including(this.#turn.commands, command)
    const { completion } = this.execution
    if (!completion) {
      this.#told = more
      return more || this.#inputs.length > 0
    }
    if ('error' in completion && completion.error instanceof FactoryFailed) throw completion.error
    if (!this.#hasEnded) {
      this.#hasEnded = true
      const turn = this.#turn
      turn.last = completionEvent(completion, this.workflow.definition.name, this.workflow.maxPayloadBytes)
      this.#push(turn.last, at)
      turn.commands = NONE
    }
    return false // messages that came too late for this run stay where they are
  }

  /** The turn, and a new one begins. */
  takeTurn(): TurnDraft {
    const turn = this.#turn
    const { last, commands } = turn
    // What one delivery asked for a later one of the same turn may have answered.
    if (commands.length > 0) turn.commands = commands.filter((command) => this.execution.wants(command))
    if (last) this.#closeLanes()
    if (last?.type === 'ContinuedAsNew') turn.run = { execution: this.id, seq: this.#seq }
    else if (last) turn.end = { execution: this.id, status: STATUS[last.type as keyof typeof STATUS] }
    turn.answers = this.execution.takeAnswers()
    const published = this.execution.takePublished()
    if (published.length > 0) turn.items = published.map((each) => this.#itemOf(each))
    this.#draft = undefined
    return turn
  }

  get #turn(): TurnDraft {
    this.#draft ??= new TurnDraft(this.id)
    return this.#draft
  }

  // ---- alarms --------------------------------------------------------------------------------------------------------

  get hasAlarms(): boolean {
    return this.#alarms !== undefined && this.#alarms.size > 0
  }

  hasAlarm(key: string): boolean {
    return this.#alarms?.has(key) ?? false
  }

  setAlarm(key: string, alarm: Alarm): void {
    this.#alarms ??= new Map()
    this.#alarms.get(key)?.cancel()
    this.#alarms.set(key, alarm)
  }

  /** It has rung. */
  forgetAlarm(key: string): void {
    this.#alarms?.delete(key)
  }

  cancelAlarm(key: string): void {
    this.#alarms?.get(key)?.cancel()
    this.#alarms?.delete(key)
  }

  /** When the next alarm rings, ms of the database's clock. */
  nextDue(): number | undefined {
    let due: number | undefined
    for (const { dueAt } of this.#alarms?.values() ?? NONE) if (due === undefined || dueAt < due) due = dueAt
    return due
  }

  cancelAlarms(): void {
    for (const alarm of this.#alarms?.values() ?? NONE) alarm.cancel()
    this.#alarms = undefined
  }

  // ---- children that come late -----------------------------------------------------------------------------------------

  addLateChild(child: ChildCommand): void {
    this.#lateChildren = including(this.#lateChildren, child)
  }

  takeLateChildren(): readonly ChildCommand[] {
    const children = this.#lateChildren
    this.#lateChildren = NONE
    return children
  }

  // ---- within --------------------------------------------------------------------------------------------------------

  /** A run counts its publications from the first: with its number their names are one each. */
  #itemOf({ stream, key, value }: Published): NewItem {
    return { execution: this.id, stream, command: key, attempt: null, key: String(this.execution.run.number), payload: value }
  }

  #push(event: HistoryEvent, time: number): void {
    const at = Math.max(this.#latest, Math.floor(time))
    this.#latest = at
    const { type, command, payload, meta } = toRow(event)
    if (event.lane === undefined) {
      this.#append({ execution: this.id, seq: ++this.#seq, type, command, payload, meta, at, after: null, nth: null })
    } else {
      this.#lanes ??= new Map()
      const seq = (this.#lanes.get(event.lane) ?? 0) + 1
      if (seq === 1) {
        this.#turn.opened = including(this.#turn.opened, { execution: this.id, lane: event.lane })
        if (isInner(event.lane)) (this.#inner ??= new Set()).add(event.lane)
      }
      this.#lanes.set(event.lane, seq)
      this.#append({ execution: laneId(this.id, event.lane), seq, type, command, payload, meta, at, after: this.#seq, nth: ++this.#nth })
    }
    if (type === 'IterationCompleted' || type === 'IterationFailed') this.#closeIteration(command ?? '')
  }

  #append(event: NewEvent): void {
    this.#turn.events = including(this.#turn.events, event)
  }

  /** With the log of an iteration go those of the iterations that its body has left behind: nobody waits for them. */
  #closeIteration(lane: string): void {
    this.#closeLane(lane)
    for (const inner of this.#inner ?? []) if (inner.startsWith(`${lane}/`) || inner.startsWith(`${lane}~`)) this.#closeLane(inner)
  }

  #closeLane(lane: string): void {
    this.#inner?.delete(lane)
    if (!this.#lanes?.delete(lane)) return
    const turn = this.#turn
    const isNew = turn.opened.some((each) => each.lane === lane)
    if (isNew) turn.opened = turn.opened.filter((each) => each.lane !== lane) // begun and ended in one turn
    else turn.closed = including(turn.closed, { execution: this.id, lane })
  }

  #closeLanes(): void {
    if (this.#lanes) for (const lane of this.#lanes.keys()) this.#closeLane(lane)
  }
}

/** A lane is the path of its iteration: `orders[3]`, and within that `orders[3]/items[1]`. */
function isInner(lane: string): boolean {
  return lane.includes(']/') || lane.includes(']~')
}
