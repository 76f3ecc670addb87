// Owns: the actors in memory, their turns, and where their commands run.
//
// Invariants
//  N1  A command is performed only after the turn that asked for it has been committed.
//  N2  A step is in one place: in the slots of its owner, or away as a task.
import type { StepDefinition } from '@baton/sdk/host'
import type { Command, StepCommand } from '../core/command.ts'
import { ForeignWait } from '../core/stuck.ts'
import { type ExecutionJob, stepJobId } from '../dispatch/job.ts'
import type { NewTask } from '../dispatch/tasks.ts'
import { Fenced } from '../log/fenced.ts'
import type { LogWriter } from '../log/log-writer.ts'
import type { Actor, Delivery } from './actor.ts'
import type { Adopted, Misfit } from './adopt.ts'
import { setAlarm } from './alarms.ts'
import type { DatabaseClock } from './database-clock.ts'
import type { LocalStep, StepSlots } from './step-slots.ts'
import { TurnLoop } from './turn-loop.ts'

/** What a turn may send away. */
export type Sent = NewTask | ExecutionJob

export interface ConductorOptions {
  readonly clock: DatabaseClock
  readonly slots: StepSlots
  readonly queues: readonly string[]
  readonly locality: boolean
  readonly writer: () => LogWriter<Sent>
  /** Inbox rows whose deletion is committed. */
  readonly consumed: (ids: readonly string[]) => void
  /** An execution has left memory. */
  readonly left: () => void
  readonly misfit: (misfit: Misfit) => void
  /** The log refused a turn for a reason of its own; the actor is gone from memory, the execution still owned. */
  readonly refused: (execution: string, error: unknown) => void
  readonly fenced: () => void
}

/** A step that waits this long for a slot may run elsewhere, if there is an elsewhere. */
export const SPILL_MS = 25

export class Conductor {
  readonly #options: ConductorOptions
  readonly #actors = new Map<string, Actor>()
  readonly #turns: TurnLoop
  #draining = false

  constructor(options: ConductorOptions) {
    this.#options = options
    this.#turns = new TurnLoop({
      now: () => options.clock.now(),
      commit: (actor) => this.#commit(actor),
      broken: (actor, error) => {
        this.drop(actor)
        options.misfit({ id: actor.id, workflow: actor.workflow, error })
      },
    })
  }

  get size(): number {
    return this.#actors.size
  }

  has(execution: string): boolean {
    return this.#actors.has(execution)
  }

  actors(): IterableIterator<Actor> {
    return this.#actors.values()
  }

  /** Takes over an execution that has just been claimed and replayed. */
  begin({ actor, deliveries, away }: Adopted): void {
    this.#actors.set(actor.id, actor)
    for (const delivery of deliveries) actor.offer(delivery)
    actor.execution.withhold(away)
    this.#turns.begin(actor)
  }

  deliver(execution: string, delivery: Delivery): void {
    const actor = this.#actors.get(execution)
    if (actor) this.#turns.offer(actor, delivery)
  }

  /** From now on nothing new is performed; what runs may still end and be appended. */
  drain(): void {
    this.#draining = true
  }

  /** Resolves when no turn is being made. */
  idle(): Promise<void> {
    return this.#turns.idle()
  }

  /** The actor may have a turn again. */
  release(actor: Actor): void {
    this.#turns.release(actor)
  }

  drop(actor: Actor): void {
    if (actor.dropped) return
    actor.dropped = true
    actor.cancelAlarms()
    this.#actors.delete(actor.id)
    if (actor.localSteps > 0) {
      this.#options.slots.withdraw(`Execution '${actor.id}' left this worker.`, ({ attempt }) => attempt.execution === actor.id)
    }
    this.#options.left()
  }

  dropAll(): void {
    for (const actor of this.#actors.values()) this.drop(actor)
  }

  /** Sends steps that wait for a slot to other workers. */
  spill(): void {
    if (this.#draining) return
    const away = new Map<Actor, NewTask[]>()
    for (const { attempt, workflow } of this.#options.slots.takeStale(SPILL_MS)) {
      const actor = this.#actors.get(attempt.execution)
      const definition = workflow.definition.steps.get(attempt.step)
      if (!actor || !definition) continue
      actor.localSteps--
      const { command, attempt: number, args } = attempt
      const task = newTask(actor, { kind: 'step', id: command, step: definition, attempt: number, args, notBefore: 0 })
      const tasks = away.get(actor)
      if (tasks) tasks.push(task)
      else away.set(actor, [task])
    }
    for (const [actor, tasks] of away) this.#sendAway(actor, tasks)
  }

  // ---- turns ---------------------------------------------------------------------------------------------------------

  #commit(actor: Actor): void {
    const { events, end, consumed, commands } = actor.takeTurn()
    const jobs = commands.filter(isStep).filter((command) => this.#leavesNow(command)).map((command) => newTask(actor, command))
    if (events.length === 0 && consumed.length === 0 && jobs.length === 0) {
      this.#committed(actor, commands, false)
      return
    }
    this.#options.writer().append({ execution: actor.id, events, end, consumed, jobs }).then(
      () => {
        this.#options.consumed(consumed)
        this.#committed(actor, commands, end !== undefined)
      },
      (error: unknown) => this.#refused(actor, error),
    )
  }

  #committed(actor: Actor, commands: readonly Command[], ended: boolean): void {
    if (actor.dropped) return
    if (ended) {
      this.drop(actor)
      return
    }
    for (const command of commands) this.#perform(actor, command)
    if (actor.execution.isStuck) {
      this.drop(actor)
      this.#options.misfit({ id: actor.id, workflow: actor.workflow, error: new ForeignWait(actor.workflow.definition.name) })
      return
    }
    this.#turns.release(actor)
  }

  #refused(actor: Actor, error: unknown): void {
    if (error instanceof Fenced) {
      this.#options.fenced()
      return
    }
    if (actor.dropped) return
    this.drop(actor)
    this.#options.refused(actor.id, error)
  }

  // ---- commands ------------------------------------------------------------------------------------------------------

  #perform(actor: Actor, command: Command): void {
    if (command.kind === 'timer') {
      this.#alarm(actor, command.id, command.dueAt, () => this.#turns.offer(actor, { input: { kind: 'timer', command: command.id } }))
      return
    }
    if (this.#leavesNow(command)) return // it left with the commit
    if (command.notBefore > this.#options.clock.now()) {
      this.#alarm(actor, command.id, command.notBefore, () => this.#dispatch(actor, command))
      return
    }
    this.#dispatch(actor, command)
  }

  #alarm(actor: Actor, command: string, dueAt: number, ring: () => void): void {
    const alarm = setAlarm(this.#options.clock, dueAt, () => {
      actor.alarms.delete(command)
      if (!actor.dropped) ring()
    })
    actor.setAlarm(command, dueAt, alarm)
  }

  /** A step whose turn is committed is due. */
  #dispatch(actor: Actor, command: StepCommand): void {
    if (this.#draining) return // it stays open in the log, for whoever takes the execution over
    if (this.#isRemote(command.step)) this.#sendAway(actor, [newTask(actor, command)])
    else this.#runHere(actor, command)
  }

  #runHere(actor: Actor, { id, step, attempt, args }: StepCommand): void {
    actor.localSteps++
    const local: LocalStep = {
      workflow: actor.workflow,
      attempt: { execution: actor.id, command: id, step: step.name, attempt, args },
      movable: true,
      done: (input) => {
        actor.localSteps--
        this.#turns.offer(actor, { input })
      },
    }
    this.#options.slots.run(local)
  }

  /** Tasks of turns that are committed already: a commit of their own. */
  #sendAway(actor: Actor, jobs: readonly NewTask[]): void {
    this.#options.writer().append({ execution: actor.id, events: [], end: undefined, consumed: [], jobs })
      .catch((error: unknown) => this.#refused(actor, error))
  }

  #leavesNow(command: Command): boolean {
    return command.kind === 'step' && command.notBefore === 0 && !this.#draining && this.#isRemote(command.step)
  }

  #isRemote(step: StepDefinition): boolean {
    const { locality, queues } = this.#options
    return !locality || step.prefer === 'remote' || !queues.includes(step.queue)
  }
}

function isStep(command: Command): command is StepCommand {
  return command.kind === 'step'
}

function newTask(actor: Actor, { id, step, attempt, args }: StepCommand): NewTask {
  return {
    kind: 'task',
    id: stepJobId(actor.id, id, attempt),
    queue: step.queue,
    execution: actor.id,
    command: id,
    data: { workflow: actor.workflow.definition.name, step: step.name, attempt, args },
  }
}
