// Owns: the executions of an environment and their turns. It is a worker's conductor with a log in memory and another clock: the
// same actors, turn loop and slots, so that histories are those of production.
//
// Does not own: when time moves (drive.ts), what comes of commands (performer.ts), step bodies (step-bodies.ts).
import {
  type Actor, answerQuery, childMessage, completionEvent, type Delivery, type Encoded, farewells, ForeignWait, fromInbox, type Input, isEnded, type Log,
  macrotask, type NewMessage, type Registered, type Registry, stopMessage, toRow, TurnLoop, type UpdateOutcome,
} from '@baton/runtime/core'
import type { Calls } from '../mocks/calls.ts'
import { mockedAs } from '../mocks/mocked-workflow.ts'
import type { Mocks } from '../mocks/mocks.ts'
import { Performer } from './performer.ts'
import { RecordedExecution, type StartedWith } from './recorded-execution.ts'
import { StepBodies } from './step-bodies.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface EngineOptions {
  readonly registry: Registry
  readonly clock: VirtualClock
  readonly mocks: Mocks
  readonly calls: Calls
  /** Takes what steps log. */
  readonly log: Log
  /** Whether an execution is brought back from its log after each turn. */
  readonly replayEveryTurn: boolean
}

export class Engine {
  readonly executions = new Map<string, RecordedExecution>()
  readonly #options: EngineOptions
  readonly #turns: TurnLoop
  readonly #bodies: StepBodies
  readonly #performer: Performer
  /** Changes with everything that happens. */
  #activity = 0
  /** Executions whose log is being replayed. */
  #beginning = 0
  #closed = false

  constructor(options: EngineOptions) {
    this.#options = options
    this.#turns = new TurnLoop({
      now: () => options.clock.now,
      commit: (actor) => this.#commit(actor),
      broken: (actor, error) => this.#block(this.#of(actor), error),
    })
    this.#bodies = new StepBodies({
      ...options,
      done: (execution, input) => this.#offer(execution, { input }),
      published: (id, act) => {
        const execution = this.executions.get(id)
        if (!execution) return
        this.#activity++
        act(execution)
      },
    })
    this.#performer = new Performer({
      ...options,
      bodies: this.#bodies,
      executions: this.executions,
      executionOf: (actor) => this.#of(actor),
      start: (id, workflow, given) => this.start(id, workflow, given),
      offer: (execution, input) => this.#offer(execution, { input }),
      post: (execution, input) => this.post(execution, input),
    })
  }

  start(id: string, workflow: Registered, given: StartedWith): RecordedExecution {
    const { body, delayMs } = this.#options.mocks.takeWorkflow(workflow.definition.name)
    const { now } = this.#options.clock
    const execution = body
      ? new RecordedExecution(id, mockedAs(workflow, body), { ...given, mockDelayMs: delayMs }, now)
      : new RecordedExecution(id, workflow, given, now)
    this.executions.set(id, execution)
    void this.#enliven(execution)
    return execution
  }

  /** Gives an execution a message; one that has ended takes none. */
  post(execution: RecordedExecution, input: Input): void {
    if (!isEnded(execution.status)) this.#offer(execution, execution.receive(input))
  }

  /** The answer to a query from what is committed. */
  async ask(execution: RecordedExecution, name: string, args: Encoded): Promise<UpdateOutcome> {
    await this.quiet()
    const actor = execution.actor ?? (await execution.revive(this.#options.log))
    return answerQuery(actor.execution, { name, args })
  }

  /** Ends an execution that no code of this environment fits; its parent and its children hear of it. */
  killBlocked(execution: RecordedExecution, reason: string): void {
    const { now } = this.#options.clock
    const event = completionEvent({ killed: reason }, '')
    execution.log.push(toRow(event), now)
    if (execution.parent && 'failure' in event) this.#send(childMessage(execution.parent.execution, execution.parent.command, event))
    for (const { id, parent } of this.executions.values()) {
      if (parent?.execution !== execution.id || parent.policy === 'abandon') continue
      this.#send(stopMessage(id, parent.policy ?? 'stop', `its parent '${execution.id}' was killed`))
    }
    execution.end('killed', now)
  }

  /** The worker of an execution dies: what it had in memory and in hand is gone, and another one reads the log. */
  crash(execution: RecordedExecution): void {
    const { actor } = execution
    if (!actor) return // it is between two workers, or has ended
    this.#leave(execution, `The worker of execution '${execution.id}' crashed.`)
    execution.waiting = execution.unread()
    void this.#enliven(execution)
  }

  /** Resolves when nothing happens but, perhaps, step bodies that wait for something outside. */
  async quiet(): Promise<void> {
    for (;;) {
      await this.#turns.idle()
      const before = this.#activity
      await macrotask()
      if (this.#activity === before && this.#beginning === 0) return
    }
  }

  /** Resolves when nothing happens any more unless time moves. */
  async rest(): Promise<void> {
    for (;;) {
      await this.quiet()
      if (!this.#bodies.busy) return
      await this.#bodies.ended()
    }
  }

  /** Drops everything; running bodies see their signal fire. */
  close(): void {
    this.#closed = true
    for (const { actor } of this.executions.values()) if (actor) drop(actor)
    this.#bodies.close()
  }

  // ---- turns ---------------------------------------------------------------------------------------------------------

  /** Brings an execution to life from its log; what waited for that is its first input. */
  async #enliven(execution: RecordedExecution): Promise<void> {
    this.#beginning++
    try {
      const actor = await execution.revive(this.#options.log)
      if (this.#closed) return
      execution.actor = actor
      execution.status = 'running'
      execution.startedAt ??= this.#options.clock.now
      actor.execution.commands.withhold(new Set(execution.inHand.keys()))
      this.#performer.watch(execution, actor)
      for (const delivery of execution.waiting.splice(0)) actor.offer(delivery)
      this.#activity++
      this.#turns.begin(actor)
    } catch (error) {
      this.#block(execution, error)
    } finally {
      this.#beginning--
    }
  }

  #offer(execution: RecordedExecution, delivery: Delivery): void {
    if (isEnded(execution.status)) return
    this.#activity++
    if (execution.actor) this.#turns.offer(execution.actor, delivery)
    else execution.waiting.push(delivery)
  }

  #commit(actor: Actor): void {
    const execution = this.#of(actor)
    const { now } = this.#options.clock
    const draft = actor.takeTurn()
    const { events, end, run, commands, last } = draft
    this.#activity++
    execution.append(draft, now)
    if (last) for (const message of farewells(actor, last)) this.#send(message)
    if (end) {
      this.#leave(execution, `Execution '${actor.id}' has ended.`)
      execution.end(end.status, now)
      return
    }
    if (run) {
      this.#leave(execution, `Execution '${actor.id}' continues as new.`)
      this.#replace(execution, actor)
      return
    }
    this.#performer.forget(actor, draft)
    for (const command of commands) this.#performer.perform(execution, actor, command)
    if (actor.execution.isStuck) this.#block(execution, new ForeignWait(actor.workflow.definition.name))
    else if (this.#options.replayEveryTurn && events.length > 0) this.#replace(execution, actor)
    else this.#turns.release(actor)
  }

  /** Another actor goes on from the log, with what waits for this one. */
  #replace(execution: RecordedExecution, actor: Actor): void {
    this.#forget(execution)
    execution.waiting.push(...actor.takeInputs())
    void this.#enliven(execution)
  }

  #block(execution: RecordedExecution, error: unknown): void {
    this.#activity++
    this.#leave(execution, `Execution '${execution.id}' is blocked.`)
    execution.block(error)
  }

  #leave(execution: RecordedExecution, why: string): void {
    this.#forget(execution)
    this.#bodies.withdraw(execution, why)
  }

  #forget(execution: RecordedExecution): void {
    if (execution.actor) drop(execution.actor)
    execution.actor = undefined
  }

  #of(actor: Actor): RecordedExecution {
    const execution = this.executions.get(actor.id)
    if (!execution) throw new TypeError(`No execution '${actor.id}'`)
    return execution
  }

  #send({ execution, type, subject, payload }: NewMessage): void {
    const addressee = this.executions.get(execution)
    const received = fromInbox({ id: '', kind: type, command: subject, payload })
    if (addressee && 'input' in received) this.post(addressee, received.input)
  }

}

function drop(actor: Actor): void {
  actor.dropped = true
  actor.cancelAlarms()
}
