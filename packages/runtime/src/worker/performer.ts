// Owns: what is done about the commands of turns that are committed: steps run here or are sent away, alarms are set, children
// started, messages sent, and what is not wanted any more is stopped.
import { Cancelled } from '@baton/sdk'
import type { StepDefinition } from '@baton/sdk/host'
import type { AbortCommand, ChildCommand, Command, StepCommand } from '../core/command.ts'
import type { Input } from '../core/input.ts'
import type { NewTask } from '../dispatch/tasks.ts'
import { Fenced } from '../log/fenced.ts'
import { toFailure } from '../payload/failure.ts'
import type { Actor } from './actor.ts'
import { Alarms } from './alarms.ts'
import type { DatabaseClock } from './database-clock.ts'
import type { Done, Errands } from './errands.ts'
import { newTask } from './new-task.ts'
import { StepDeadlines } from './step-deadlines.ts'
import type { LocalStep, StepSlots } from './step-slots.ts'

export interface PerformerOptions {
  readonly clock: DatabaseClock
  readonly slots: StepSlots
  readonly errands: Errands
  readonly queues: readonly string[]
  readonly locality: boolean
  /** Nothing new is begun. */
  readonly draining: () => boolean
  readonly offer: (actor: Actor, input: Input) => void
  /** Takes work whose failure is trouble of this worker's. */
  readonly run: (work: Promise<unknown>) => void
  /** Sends tasks in a commit of their own. */
  readonly sendAway: (actor: Actor, jobs: readonly NewTask[]) => void
}

/** What could not be asked of others is asked again after this time. */
const ASK_AGAIN_MS = 1_000

export class Performer {
  readonly #options: PerformerOptions
  readonly #deadlines: StepDeadlines
  readonly #alarms: Alarms

  constructor(options: PerformerOptions) {
    this.#options = options
    this.#alarms = new Alarms(options.clock)
    this.#deadlines = new StepDeadlines({
      slots: options.slots,
      errands: options.errands,
      alarm: (actor, key, dueAt, ring) => this.#alarm(actor, key, dueAt, ring),
      offer: options.offer,
      run: options.run,
    })
  }

  /** What the events of a turn have settled needs no alarm any more. */
  forget(actor: Actor, events: Parameters<StepDeadlines['forget']>[1]): void {
    this.#deadlines.forget(actor, events)
  }

  perform(actor: Actor, command: Command): void {
    if (actor.pausing !== undefined && command.kind !== 'abort') return // it stays open in the log, for when it is resumed
    switch (command.kind) {
      case 'timer':
        this.#alarm(actor, command.id, command.dueAt, this.#timerFired)
        return
      case 'step':
        this.#deadlines.watch(actor, command)
        if (this.leavesNow(actor, command)) return // it left with the commit
        if (command.notBefore > 0 && command.notBefore > this.#options.clock.now()) this.#alarm(actor, command.id, command.notBefore, () => this.#dispatch(actor, command))
        else this.#dispatch(actor, command)
        return
      case 'child':
        this.#errand(actor, command, () => this.#options.errands.startChild(actor.id, command))
        return
      case 'message':
        this.#errand(actor, command, () => this.#options.errands.sendMessage(actor.id, command))
        return
      case 'abort':
        this.#abort(actor, command)
    }
  }

  /** Asks until there is an answer: nobody else will, while the actor is here. */
  #errand(actor: Actor, command: Command, ask: () => Promise<Done>): void {
    actor.errands++
    const asked = ask().then(
      ({ input }) => {
        actor.errands--
        this.#options.offer(actor, input)
        const { completion } = actor.execution
        if (command.kind === 'child' && input.kind === 'child-started' && completion && !('start' in completion)) this.#late(actor, command)
      },
      (error: unknown) => {
        actor.errands--
        if (error instanceof Fenced || this.#options.draining() || actor.dropped) throw error
        this.#alarm(actor, `(${command.id})`, this.#options.clock.now() + ASK_AGAIN_MS, () => {
          if (actor.execution.wants(command)) this.#errand(actor, command, ask)
        })
        throw error
      },
    )
    this.#options.run(asked)
  }

  /** The end of an execution is committed: children that have come to be since are told, as those that were there. */
  ended(actor: Actor): void {
    actor.ended = true
    for (const child of actor.takeLateChildren()) this.#late(actor, child)
  }

  #late(actor: Actor, command: ChildCommand): void {
    const { execution, policy } = command
    if (policy === 'abandon') return
    if (actor.ended) this.#options.run(this.#options.errands.closeChild(actor.id, execution, policy))
    else actor.addLateChild(command)
  }

  /** Something of an earlier turn is not wanted any more. */
  #abort(actor: Actor, { what, id, waits, execution }: AbortCommand): void {
    const { slots, errands } = this.#options
    if (what === 'child') {
      if (execution !== undefined) this.#options.run(errands.stopChild(actor.id, execution))
      return
    }
    const waited = actor.hasAlarm(id)
    actor.cancelAlarm(id) // of a timer, or of a retry that was due later
    if (what === 'step' && !waits) this.#deadlines.cancel(actor, id)
    if (what === 'timer') return
    const mine = ({ attempt }: LocalStep): boolean => attempt.execution === actor.id && attempt.command === id
    const error = new Cancelled('the execution does not want it any more')
    if (!waits) {
      const withdrawn = slots.withdraw(error.message, mine)
      actor.localSteps -= withdrawn
      if (withdrawn === 0 && actor.sentAway) this.#options.run(this.#stopAway(actor, id, false))
      return
    }
    const attempt = actor.execution.commands.attemptOf(id) ?? 1
    const fail = (): void => this.#options.offer(actor, { kind: 'failed', command: id, attempt, failure: toFailure(error) })
    if (waited) fail()
    else if (!slots.cancel(error, mine)) {
      actor.errands++
      this.#options.run(this.#stopAway(actor, id, true).then((running) => {
        if (!running) fail() // nobody has it: there is no outcome to wait for
      }).finally(() => actor.errands--))
    }
  }

  /** A step that is still on its way to its queue is stopped once it has come there. */
  async #stopAway(actor: Actor, id: string, waits: boolean): Promise<boolean> {
    await actor.sending
    return this.#options.errands.abortSteps(actor.id, id, waits)
  }

  /** What wakes an execution that has a deadline. */
  watch(actor: Actor): void {
    for (const command of actor.execution.commands.steps()) this.#deadlines.watch(actor, command)
    for (const { which, dueAt } of actor.execution.deadlines()) {
      this.#alarm(actor, `(${which} timeout)`, dueAt, () => this.#options.offer(actor, { kind: 'expired', which }))
    }
  }

  #alarm(actor: Actor, key: string, dueAt: number, ring: (actor: Actor, key: string) => void): void {
    actor.setAlarm(key, this.#alarms.set(dueAt, () => {
      actor.forgetAlarm(key)
      if (!actor.dropped) ring(actor, key)
    }))
  }

  /** One function for all timers: a closure each would be kept in memory for as long as they sleep. */
  readonly #timerFired = (actor: Actor, command: string): void => this.#options.offer(actor, { kind: 'timer', command })

  /** A step whose turn is committed is due. */
  #dispatch(actor: Actor, command: StepCommand): void {
    if (this.#options.draining()) return // it stays open in the log, for whoever takes the execution over
    if (this.#isRemote(command.step)) this.#options.sendAway(actor, [newTask(actor, command)])
    else this.#runHere(actor, command)
  }

  #runHere(actor: Actor, { id, step, attempt, args, details }: StepCommand): void {
    actor.localSteps++
    const local: LocalStep = {
      workflow: actor.workflow,
      attempt: { execution: actor.id, command: id, step: step.name, attempt, args, details },
      priority: actor.priority + step.priority,
      movable: true,
      done: (input) => {
        actor.localSteps--
        if (input.kind !== 'posted') this.#options.offer(actor, input)
      },
    }
    this.#options.slots.run(local)
  }

  /** Whether a step is sent to its queue with the turn that asks for it. */
  leavesNow(actor: Actor, command: Command): boolean {
    return actor.pausing === undefined && command.kind === 'step' && command.notBefore === 0 && !this.#options.draining() && this.#isRemote(command.step)
  }

  #isRemote(step: StepDefinition): boolean {
    const { locality, queues } = this.#options
    return !locality || step.prefer === 'remote' || !queues.includes(step.queue)
  }
}
