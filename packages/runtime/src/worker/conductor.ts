// Owns: the actors in memory, their turns, and where their commands run.
//
// Invariants
//  N1  A command is performed only after the turn that asked for it has been committed.
//  N2  A step is in one place: in the slots of its owner, or away as a task.
import { Cancelled } from '@baton/sdk'
import type { StepDefinition } from '@baton/sdk/host'
import type { AbortCommand, Command, StepCommand } from '../core/command.ts'
import { ForeignWait } from '../core/stuck.ts'
import type { ExecutionJob } from '../dispatch/job.ts'
import type { Question, Received } from '../dispatch/message.ts'
import type { NewMessage } from '../dispatch/post.ts'
import type { NewTask } from '../dispatch/tasks.ts'
import { Fenced } from '../log/fenced.ts'
import type { LogWriter } from '../log/log-writer.ts'
import { toFailure } from '../payload/failure.ts'
import type { Actor, Delivery, TurnDraft } from './actor.ts'
import type { Adopted, Misfit } from './adopt.ts'
import { setAlarm } from './alarms.ts'
import { answerQuery } from './answer-query.ts'
import type { Answers } from './answers.ts'
import type { DatabaseClock } from './database-clock.ts'
import type { Done, Errands } from './errands.ts'
import { farewells } from './farewells.ts'
import { newTask } from './new-task.ts'
import { StepDeadlines } from './step-deadlines.ts'
import type { LocalStep, StepSlots } from './step-slots.ts'
import { TurnLoop } from './turn-loop.ts'

/** What a turn may send away. */
export type Sent = NewTask | ExecutionJob | NewMessage

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
  /** Something went wrong that is not any execution's fault. */
  readonly failed: (error: unknown) => void
  readonly errands: Errands
  readonly answers: Answers
  /** Nothing of it runs or waits, and it was asked to be set aside. */
  readonly pause: (actor: Actor, inbox: string) => Promise<void>
  /** The next run of an execution that continues as new, from its first event. */
  readonly next: (actor: Actor) => Promise<Actor>
}

/** A step that waits this long for a slot may run elsewhere, if there is an elsewhere. */
export const SPILL_MS = 25

export class Conductor {
  readonly #options: ConductorOptions
  readonly #actors = new Map<string, Actor>()
  readonly #turns: TurnLoop
  readonly #deadlines: StepDeadlines
  #questions: { actor: Actor; readonly message: Extract<Received, { query: Question }> }[] = []
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
    this.#deadlines = new StepDeadlines({
      slots: options.slots,
      errands: options.errands,
      alarm: (actor, key, dueAt, ring) => this.#alarm(actor, key, dueAt, ring),
      offer: (actor, input) => this.#turns.offer(actor, { input }),
      run: (work) => this.#run(work),
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
  begin({ actor, messages, away, reports }: Adopted): void {
    this.#actors.set(actor.id, actor)
    actor.sentAway = away.size > 0
    actor.execution.commands.withhold(away)
    for (const report of reports) actor.execution.commands.remember(report.command, report)
    this.#watch(actor)
    for (const message of messages) if ('input' in message) actor.offer(message)
    this.#turns.begin(actor)
    for (const message of messages) if (!('input' in message)) this.receive(actor.id, message)
  }

  deliver(execution: string, delivery: Delivery): void {
    const actor = this.#actors.get(execution)
    if (actor) this.#turns.offer(actor, delivery)
  }

  /** A message from the inbox. */
  receive(execution: string, message: Received): void {
    const actor = this.#actors.get(execution)
    if (!actor) return
    if ('input' in message) this.#turns.offer(actor, message)
    else if ('pause' in message) this.#pause(actor, message.inbox)
    else if (actor.busy) this.#questions.push({ actor, message })
    else this.#answer(actor, message)
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
    if (this.#questions.length > 0) this.#settleQuestions(actor)
    this.#turns.release(actor)
    this.#pauseWhenQuiet(actor)
  }

  #pause(actor: Actor, inbox: string): void {
    actor.pausing = inbox
    this.#pauseWhenQuiet(actor)
  }

  /** What runs here has ended, and its outcome is in the log. */
  #pauseWhenQuiet(actor: Actor): void {
    const { pausing } = actor
    if (pausing === undefined || actor.busy || actor.hasInputs || actor.localSteps > 0 || actor.dropped) return
    this.#run(this.#options.pause(actor, pausing).then(() => this.#options.consumed([pausing])))
  }

  /** The pause was taken back: what was not performed meanwhile is performed now. */
  takeUp(actor: Actor): void {
    actor.pausing = undefined
    actor.execution.commands.reopen()
    this.#turns.begin(actor)
  }

  /** Sets an execution aside that cannot go on here; one in the middle of a turn is left, for another time. */
  setAside(execution: string, error: unknown): void {
    const actor = this.#actors.get(execution)
    if (!actor || actor.busy) return
    this.drop(actor)
    this.#options.misfit({ id: actor.id, workflow: actor.workflow, error })
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
      const { command, attempt: number, args, details } = attempt
      const task = newTask(actor, { id: command, step: definition, attempt: number, args, details })
      const tasks = away.get(actor)
      if (tasks) tasks.push(task)
      else away.set(actor, [task])
    }
    for (const [actor, tasks] of away) this.#sendAway(actor, tasks)
  }

  // ---- turns ---------------------------------------------------------------------------------------------------------

  #commit(actor: Actor): void {
    const draft = actor.takeTurn()
    const { events, end, run, opened, closed, consumed, items, commands, last } = draft
    const jobs: Sent[] = []
    for (const command of commands) if (command.kind === 'step' && this.#leavesNow(actor, command)) jobs.push(newTask(actor, command))
    if (jobs.length > 0) actor.sentAway = true
    if (last) jobs.push(...farewells(actor, last))
    if (events.length === 0 && consumed.length === 0 && items.length === 0 && jobs.length === 0) {
      this.#committed(actor, draft)
      return
    }
    const recovered = actor.takeovers > 0 && events.length > 0
    this.#options.writer().append({ execution: actor.id, events, end, run, recovered, opened, closed, consumed, items, jobs }).then(
      () => {
        if (recovered) actor.takeovers = 0
        this.#options.consumed(consumed)
        this.#committed(actor, draft)
      },
      (error: unknown) => this.#refused(actor, error),
    )
  }

  #committed(actor: Actor, { events, commands, answers, end, run }: TurnDraft): void {
    for (const { id, outcome } of answers) this.#run(this.#options.answers.send(actor.id, id, outcome))
    if (actor.dropped) return
    if (end) {
      if (actor.sentAway) this.#run(this.#options.errands.abortAll(actor.id, this.#options.clock.now()))
      this.#settleQuestions(actor)
      this.drop(actor)
      return
    }
    if (run) {
      this.#continue(actor)
      return
    }
    this.#deadlines.forget(actor, events)
    for (const command of commands) this.#perform(actor, command)
    if (actor.execution.isStuck) {
      this.drop(actor)
      this.#options.misfit({ id: actor.id, workflow: actor.workflow, error: new ForeignWait(actor.workflow.definition.name) })
      return
    }
    this.release(actor)
  }

  /** The next run of the same execution, from its first event on; messages that wait are its. */
  #continue(actor: Actor): void {
    actor.cancelAlarms()
    const aborted = actor.sentAway ? this.#options.errands.abortSteps(actor.id, undefined, false) : undefined
    if (aborted) this.#run(aborted)
    if (actor.localSteps > 0) {
      this.#options.slots.withdraw(`Execution '${actor.id}' continues as new.`, ({ attempt }) => attempt.execution === actor.id)
    }
    void this.#nextRun(actor, aborted)
  }

  async #nextRun(actor: Actor, aborted: Promise<unknown> | undefined): Promise<void> {
    try {
      await Promise.allSettled([aborted]) // all steps of the execution: those of the next run must not be among them
      const next = await this.#options.next(actor)
      if (actor.dropped) return
      for (const delivery of actor.takeInputs()) next.offer(delivery)
      next.pausing = actor.pausing
      actor.dropped = true
      this.#actors.set(next.id, next)
      for (const question of this.#questions) if (question.actor === actor) question.actor = next
      this.#watch(next)
      this.#turns.begin(next)
    } catch (error) {
      if (actor.dropped) return
      this.drop(actor)
      this.#options.misfit({ id: actor.id, workflow: actor.workflow, error })
    }
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
    if (actor.pausing !== undefined && command.kind !== 'abort') return // it stays open in the log, for when it is resumed
    switch (command.kind) {
      case 'timer':
        this.#alarm(actor, command.id, command.dueAt, () => this.#turns.offer(actor, { input: { kind: 'timer', command: command.id } }))
        return
      case 'step':
        this.#deadlines.watch(actor, command)
        if (this.#leavesNow(actor, command)) return // it left with the commit
        if (command.notBefore > this.#options.clock.now()) this.#alarm(actor, command.id, command.notBefore, () => this.#dispatch(actor, command))
        else this.#dispatch(actor, command)
        return
      case 'child':
        this.#errand(actor, this.#options.errands.startChild(actor.id, command))
        return
      case 'message':
        this.#errand(actor, this.#options.errands.sendMessage(actor.id, command))
        return
      case 'abort':
        this.#abort(actor, command)
    }
  }

  #errand(actor: Actor, errand: Promise<Done>): void {
    this.#run(errand.then(({ input }) => this.#turns.offer(actor, { input })))
  }

  /** Something of an earlier turn is not wanted any more. */
  #abort(actor: Actor, { what, id, waits, execution }: AbortCommand): void {
    const { slots, errands } = this.#options
    if (what === 'child') {
      if (execution !== undefined) this.#run(errands.stopChild(actor.id, execution))
      return
    }
    const waited = actor.alarms.has(id)
    actor.cancelAlarm(id) // of a timer, or of a retry that was due later
    if (what === 'step' && !waits) this.#deadlines.cancel(actor, id)
    if (what === 'timer') return
    const mine = ({ attempt }: LocalStep): boolean => attempt.execution === actor.id && attempt.command === id
    const error = new Cancelled('the execution does not want it any more')
    if (!waits) {
      const withdrawn = slots.withdraw(error.message, mine)
      actor.localSteps -= withdrawn
      if (withdrawn === 0 && actor.sentAway) this.#run(errands.abortSteps(actor.id, id, false))
      return
    }
    const attempt = actor.execution.commands.attemptOf(id) ?? 1
    const fail = (): void => this.#turns.offer(actor, { input: { kind: 'failed', command: id, attempt, failure: toFailure(error) } })
    if (waited) fail()
    else if (!slots.cancel(error, mine)) {
      this.#run(errands.abortSteps(actor.id, id, true).then((running) => {
        if (!running) fail() // nobody has it: there is no outcome to wait for
      }))
    }
  }

  /** Work whose failure is trouble of this worker's. */
  #run(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (error instanceof Fenced) this.#options.fenced()
      else this.#options.failed(error)
    })
  }

  /** What wakes an execution that has a deadline. */
  #watch(actor: Actor): void {
    for (const command of actor.execution.commands.steps()) this.#deadlines.watch(actor, command)
    for (const { which, dueAt } of actor.execution.deadlines()) {
      this.#alarm(actor, `(${which} timeout)`, dueAt, () => this.#turns.offer(actor, { input: { kind: 'expired', which } }))
    }
  }

  #settleQuestions(actor: Actor): void {
    const mine = this.#questions.filter((question) => question.actor === actor)
    if (mine.length === 0) return
    this.#questions = this.#questions.filter((question) => question.actor !== actor)
    for (const { message } of mine) this.#answer(actor, message)
  }

  /** From what is committed: the actor is not in the middle of a turn. */
  #answer(actor: Actor, { inbox, query }: Extract<Received, { query: Question }>): void {
    const outcome = answerQuery(actor.execution, query, actor.workflow.maxPayloadBytes)
    this.#run(this.#options.answers.send(actor.id, query.id, outcome, inbox).then(() => this.#options.consumed([inbox])))
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

  #runHere(actor: Actor, { id, step, attempt, args, details }: StepCommand): void {
    actor.localSteps++
    const local: LocalStep = {
      workflow: actor.workflow,
      attempt: { execution: actor.id, command: id, step: step.name, attempt, args, details },
      priority: actor.priority + step.priority,
      movable: true,
      done: (input) => {
        actor.localSteps--
        if (input.kind !== 'posted') this.#turns.offer(actor, { input })
      },
    }
    this.#options.slots.run(local)
  }

  /** Tasks of turns that are committed already: a commit of their own. */
  #sendAway(actor: Actor, jobs: readonly NewTask[]): void {
    actor.sentAway = true
    this.#options.writer().append({ execution: actor.id, events: [], end: undefined, consumed: [], jobs })
      .catch((error: unknown) => this.#refused(actor, error))
  }

  #leavesNow(actor: Actor, command: Command): boolean {
    return actor.pausing === undefined && command.kind === 'step' && command.notBefore === 0 && !this.#draining && this.#isRemote(command.step)
  }

  #isRemote(step: StepDefinition): boolean {
    const { locality, queues } = this.#options
    return !locality || step.prefer === 'remote' || !queues.includes(step.queue)
  }
}
