// Owns: the actors in memory, their turns, and where their commands run.
//
// Invariants
//  N1  A command is performed only after the turn that asked for it has been committed.
//  N2  A step is in one place: in the slots of its owner, or away as a task.
import { ForeignWait } from '../core/stuck.ts'
import type { Question, Received } from '../dispatch/message.ts'
import type { NewTask } from '../dispatch/tasks.ts'
import { Fenced } from '../log/fenced.ts'
import type { LogWriter } from '../log/log-writer.ts'
import type { Actor, Delivery } from './actor.ts'
import type { Adopted, Misfit } from './adopt.ts'
import { answerQuery } from './answer-query.ts'
import type { Answers } from './answers.ts'
import type { DatabaseClock } from './database-clock.ts'
import type { Errands } from './errands.ts'
import { farewells } from './farewells.ts'
import { newTask } from './new-task.ts'
import { Performer } from './performer.ts'
import type { Sent } from './sent.ts'
import type { StepSlots } from './step-slots.ts'
import type { TurnDraft } from './turn-draft.ts'
import { TurnLoop } from './turn-loop.ts'

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
  readonly #performer: Performer
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
    this.#performer = new Performer({
      ...options,
      draining: () => this.#draining,
      offer: (actor, input) => this.#turns.offer(actor, { input }),
      run: (work) => this.#run(work),
      sendAway: (actor, jobs) => this.#sendAway(actor, jobs),
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
    this.#performer.watch(actor)
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
    this.#settleQuestions(actor)
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
    // What was parked may be here again before this one knows that it is gone.
    if (this.#actors.get(actor.id) === actor) this.#actors.delete(actor.id)
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
    const { events, consumed, items, commands, last } = draft
    const jobs: Sent[] = []
    for (const command of commands) if (command.kind === 'step' && this.#performer.leavesNow(actor, command)) jobs.push(newTask(actor, command))
    if (jobs.length > 0) actor.sentAway = true
    if (last) jobs.push(...farewells(actor, last))
    if (events.length === 0 && consumed.length === 0 && items.length === 0 && jobs.length === 0) {
      this.#committed(actor, draft)
      return
    }
    const recovered = actor.takeovers > 0 && events.length > 0
    draft.recovered = recovered
    draft.jobs = jobs
    this.#options.writer().write(draft, (error) => {
      if (error !== undefined) {
        this.#refused(actor, error)
        return
      }
      if (recovered) actor.takeovers = 0
      if (consumed.length > 0) this.#options.consumed(consumed)
      this.#committed(actor, draft)
    })
  }

  #committed(actor: Actor, { events, commands, answers, end, run }: TurnDraft): void {
    for (const { id, outcome } of answers) this.#run(this.#options.answers.send(actor.id, id, outcome))
    if (actor.dropped) return
    if (end) {
      if (actor.sentAway) this.#run(this.#options.errands.abortAll(actor.id, this.#options.clock.now()))
      this.#settleQuestions(actor)
      this.drop(actor)
      this.#performer.ended(actor)
      return
    }
    if (run) {
      this.#continue(actor)
      return
    }
    this.#performer.forget(actor, events)
    for (const command of commands) this.#performer.perform(actor, command)
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
      for (const delivery of actor.takeInputs()) next.offer(delivery, delivery.at)
      next.pausing = actor.pausing
      actor.dropped = true
      this.#actors.set(next.id, next)
      for (const question of this.#questions) if (question.actor === actor) question.actor = next
      this.#performer.watch(next)
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

  /** Work whose failure is trouble of this worker's. */
  #run(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (error instanceof Fenced) this.#options.fenced()
      else this.#options.failed(error)
    })
  }

  #settleQuestions(actor: Actor): void {
    if (this.#questions.length === 0) return
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

  /** Tasks of turns that are committed already: a commit of their own. */
  #sendAway(actor: Actor, jobs: readonly NewTask[]): void {
    actor.sentAway = true
    actor.sending = this.#options.writer().append({ execution: actor.id, events: [], end: undefined, consumed: [], jobs })
      .catch((error: unknown) => this.#refused(actor, error))
  }
}
