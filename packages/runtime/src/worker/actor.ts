// Owns: one live execution in memory: its core, its place in the log, the inputs that wait, the turn being made.
// Does not own: when it gets a turn (turn-loop), where its commands run (conductor).
import type { Command } from '../core/command.ts'
import { completionEvent, Execution } from '../core/execution.ts'
import { type HistoryEvent, toRow } from '../core/history-event.ts'
import type { Input } from '../core/input.ts'
import { FactoryFailed } from '../core/program.ts'
import type { NewEnd, NewEvent } from '../log/append.ts'
import type { Alarm } from './alarms.ts'
import type { Registered } from './registry.ts'

/** An input and, if it came by the inbox, its row there. */
export interface Delivery {
  readonly input: Input
  readonly inbox?: string
}

/** What a turn has come to. */
export interface TurnDraft {
  readonly events: readonly NewEvent[]
  readonly end: NewEnd | undefined
  readonly consumed: readonly string[]
  readonly commands: readonly Command[]
}

export class Actor {
  readonly id: string
  readonly workflow: Registered
  readonly execution: Execution
  /** Alarms of timers and retries, by command. */
  readonly alarms = new Map<string, { readonly dueAt: number; readonly alarm: Alarm }>()
  /** Steps that wait or run in this process. */
  localSteps = 0
  /** From the first delivery of a turn to the end of its commit. */
  busy = false
  /** Gone from memory: ended, parked, blocked or taken over. */
  dropped = false
  lastActive = performance.now()
  #inputs: Delivery[] = []
  #seq: number
  #events: NewEvent[] = []
  #consumed: string[] = []
  #commands: Command[] = []
  #end: NewEnd | undefined

  /** `seq` is that of the last event in the log. */
  constructor(id: string, workflow: Registered, execution: Execution, seq: number) {
    this.id = id
    this.workflow = workflow
    this.execution = execution
    this.#seq = seq
  }

  get hasInputs(): boolean {
    return this.#inputs.length > 0
  }

  offer(delivery: Delivery): void {
    this.#inputs.push(delivery)
    this.lastActive = performance.now()
  }

  /**
   * Takes inputs until one has become an event, and delivers it; what the program does about it happens in the microtasks.
   */
  advance(now: number): void {
    let next = 0
    while (next < this.#inputs.length) {
      const delivery = this.#inputs[next++]
      if (!delivery) break
      if (delivery.inbox !== undefined) this.#consumed.push(delivery.inbox)
      const event = this.execution.decide(delivery.input, now)
      if (!event) continue
      this.#push(event)
      this.execution.deliver(event)
      break
    }
    this.#inputs.splice(0, next)
  }

  /**
   * Collects what the program did; true if the turn goes on with another input.
   *
   * @throws FactoryFailed if the program could not even begin here.
   */
  afterDrain(now: number): boolean {
    const { events, commands } = this.execution.collect(now)
    for (const event of events) this.#push(event)
    for (const command of commands) this.#commands.push(command)
    const { completion } = this.execution
    if (completion && 'error' in completion && completion.error instanceof FactoryFailed) throw completion.error
    if (completion && !this.#end) {
      const event = completionEvent(completion, this.workflow.definition.name)
      this.#push(event)
      this.#end = { execution: this.id, status: event.type === 'ExecutionCompleted' ? 'completed' : 'failed' }
      this.#commands = []
    }
    return this.#inputs.length > 0
  }

  /** The turn, and a new one begins. */
  takeTurn(): TurnDraft {
    // What one delivery asked for a later one of the same turn may have answered.
    const commands = this.#commands.filter((command) => this.execution.wants(command))
    const draft = { events: this.#events, end: this.#end, consumed: this.#consumed, commands }
    this.#events = []
    this.#consumed = []
    this.#commands = []
    return draft
  }

  setAlarm(command: string, dueAt: number, alarm: Alarm): void {
    this.alarms.get(command)?.alarm.cancel()
    this.alarms.set(command, { dueAt, alarm })
  }

  /** When the next alarm rings, ms of the database's clock. */
  nextDue(): number | undefined {
    let due: number | undefined
    for (const { dueAt } of this.alarms.values()) if (due === undefined || dueAt < due) due = dueAt
    return due
  }

  cancelAlarms(): void {
    for (const { alarm } of this.alarms.values()) alarm.cancel()
    this.alarms.clear()
  }

  #push(event: HistoryEvent): void {
    const { type, command, payload } = toRow(event)
    this.#events.push({ execution: this.id, seq: ++this.#seq, type, command, payload })
  }
}
