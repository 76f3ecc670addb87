// Owns: the executions of an environment, their turns and step bodies. It is a worker's conductor with a log in memory and
// another clock: the same actors, turn loop and slots, so that histories are those of production.
//
// Does not own: when time moves (drive.ts).
import {
  Actor, type Command, type Input, type Log, macrotask, type Registered, replay, settingOf, type StepCommand, type StepHost, StepSlots,
  toFailure, TurnLoop,
} from '@baton/runtime/core'
import { StepTimedOut } from '@baton/sdk'
import type { Body } from '../mocks/behaviours.ts'
import type { Calls } from '../mocks/calls.ts'
import type { Mocks } from '../mocks/mocks.ts'
import { RecordedExecution, type StartedWith } from './recorded-execution.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface EngineOptions {
  readonly clock: VirtualClock
  readonly mocks: Mocks
  readonly calls: Calls
  /** Takes what steps log. */
  readonly log: Log
}

export class Engine {
  readonly executions = new Map<string, RecordedExecution>()
  readonly #options: EngineOptions
  readonly #turns: TurnLoop
  readonly #slots: StepSlots
  /** Changes with everything that happens. */
  #activity = 0
  /** Executions whose program has not come to its first suspension. */
  #beginning = 0
  #bodyEnded = Promise.withResolvers<void>()

  constructor(options: EngineOptions) {
    this.#options = options
    this.#turns = new TurnLoop({
      now: () => options.clock.now,
      commit: (actor) => this.#commit(actor),
      broken: (actor, error) => this.#block(this.#of(actor), error),
    })
    const host: StepHost = {
      log: options.log,
      heartbeat() {},
      ended() {},
      publish: async (item) => this.#published(item.execution, ({ streams }) => streams.publish(item, options.clock.now)),
      closeStream: async ({ execution, stream }) => this.#published(execution, ({ streams }) => streams.close(stream)),
    }
    this.#slots = new StepSlots(Number.POSITIVE_INFINITY, host, () => {
      this.#bodyEnded.resolve()
      this.#bodyEnded = Promise.withResolvers()
    })
  }

  start(id: string, workflow: Registered, given: StartedWith): RecordedExecution {
    const execution = new RecordedExecution(id, workflow, given, this.#options.clock.now)
    this.executions.set(id, execution)
    this.#beginning++
    void this.#begin(execution)
    return execution
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
      if (this.#slots.running === 0) return
      await this.#bodyEnded.promise
    }
  }

  /** Drops everything; running bodies see their signal fire. */
  close(): void {
    for (const { actor } of this.executions.values()) if (actor) drop(actor)
    this.#slots.close()
    this.#slots.withdraw('The test environment was closed.', () => true)
  }

  // ---- turns ---------------------------------------------------------------------------------------------------------

  async #begin(execution: RecordedExecution): Promise<void> {
    const { id, workflow, input } = execution
    try {
      const started = await replay(workflow.program, [{ type: 'ExecutionStarted', input, at: execution.createdAt }], macrotask, settingOf(id, workflow, this.#options.log))
      execution.actor = new Actor(id, workflow, started, 1)
      execution.status = 'running'
      execution.startedAt = this.#options.clock.now
      this.#activity++
      this.#turns.begin(execution.actor)
    } catch (error) {
      this.#block(execution, error)
    } finally {
      this.#beginning--
    }
  }

  #commit(actor: Actor): void {
    const execution = this.#of(actor)
    const { now } = this.#options.clock
    const { events, end, items, commands } = actor.takeTurn()
    this.#activity++
    execution.append(events, now)
    for (const item of items) execution.streams.write(item, now)
    if (end) {
      this.#leave(actor, `Execution '${actor.id}' has ended.`)
      execution.end(end.status, now)
      return
    }
    for (const command of commands) this.#perform(actor, command)
    this.#turns.release(actor)
  }

  #block(execution: RecordedExecution, error: unknown): void {
    this.#activity++
    if (execution.actor) this.#leave(execution.actor, `Execution '${execution.id}' is blocked.`)
    execution.status = 'blocked'
    execution.blocked = error
    execution.giveUp(error)
  }

  #leave(actor: Actor, why: string): void {
    drop(actor)
    if (actor.localSteps > 0) this.#slots.withdraw(why, ({ attempt }) => attempt.execution === actor.id)
  }

  #published(id: string, act: (execution: RecordedExecution) => void): void {
    const execution = this.executions.get(id)
    if (!execution) return
    this.#activity++
    act(execution)
  }

  #of(actor: Actor): RecordedExecution {
    const execution = this.executions.get(actor.id)
    if (!execution) throw new TypeError(`No execution '${actor.id}'`)
    return execution
  }

  // ---- commands ------------------------------------------------------------------------------------------------------

  #perform(actor: Actor, command: Command): void {
    if (command.kind === 'timer') {
      this.#alarm(actor, command.id, command.dueAt, () => this.#offer(actor, { kind: 'timer', command: command.id }))
    } else if (command.kind !== 'step') {
      throw new TypeError(`The test environment does not know commands of kind '${command.kind}'.`)
    } else if (command.notBefore > this.#options.clock.now) {
      this.#alarm(actor, command.id, command.notBefore, () => this.#attempt(actor, command))
    } else {
      this.#attempt(actor, command)
    }
  }

  #attempt(actor: Actor, command: StepCommand): void {
    const { clock, mocks, calls } = this.#options
    const { id, attempt, args, step } = command
    const workflow = actor.workflow.definition.name
    const { body, delayMs } = mocks.take(workflow, step.name)
    calls.record(workflow, step.name, { executionId: actor.id, command: id, attempt, args, at: clock.now })
    const { timeoutMs } = step
    if (timeoutMs !== undefined && delayMs > timeoutMs) {
      const failure = toFailure(new StepTimedOut(step.name, timeoutMs))
      this.#alarm(actor, id, clock.now + timeoutMs, () => this.#offer(actor, { kind: 'failed', command: id, attempt, failure }))
    } else if (delayMs > 0) {
      this.#alarm(actor, id, clock.now + delayMs, () => this.#run(actor, command, body))
    } else {
      this.#run(actor, command, body)
    }
  }

  #run(actor: Actor, { id, attempt, args, step }: StepCommand, body: Body | undefined): void {
    this.#activity++
    actor.localSteps++
    this.#slots.run({
      workflow: body ? { ...actor.workflow, steps: { [step.name]: body } } : actor.workflow,
      attempt: { execution: actor.id, command: id, step: step.name, attempt, args },
      movable: false,
      done: (input) => {
        actor.localSteps--
        this.#offer(actor, input)
      },
    })
  }

  #offer(actor: Actor, input: Input): void {
    this.#activity++
    this.#turns.offer(actor, { input })
  }

  #alarm(actor: Actor, command: string, dueAt: number, ring: () => void): void {
    const alarm = this.#options.clock.set(dueAt, () => {
      actor.alarms.delete(command)
      if (!actor.dropped) ring()
    })
    actor.setAlarm(command, dueAt, alarm)
  }
}

function drop(actor: Actor): void {
  actor.dropped = true
  actor.cancelAlarms()
}
