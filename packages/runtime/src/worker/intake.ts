// Owns: what is taken from the queues: executions become actors, tasks run in the slots and are answered.
import type { StepOutcome } from '../core/input.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { Given, GivenExecution } from '../dispatch/given.ts'
import { bossQueue } from '../dispatch/job.ts'
import type { Question } from '../dispatch/message.ts'
import { QUERY_COMMAND } from '../dispatch/tasks.ts'
import type { Database } from '../log/database.ts'
import type { Faults } from '../log/fault-points.ts'
import type { Names } from '../log/names.ts'
import type { Actor } from './actor.ts'
import { adopt, type Adopted, type Misfit } from './adopt.ts'
import { answerFromLog } from './answer-from-log.ts'
import type { Answers } from './answers.ts'
import { type Claim, type ClaimedExecution, type ClaimedStep, claimExecutions, type ClaimOptions, claimSteps, claimHanded, HANDED, SUSPECT } from './claim.ts'
import type { Source } from './fetcher.ts'
import type { Log } from './log.ts'
import type { Outcomes } from './outcomes.ts'
import { acquit, isHarmless, PROBATION_MS } from './quarantine.ts'
import type { Registered, Registry } from './registry.ts'
import { readStarted } from './read-started.ts'
import { reconcile } from './release.ts'
import { AttemptAborted } from './run-attempt.ts'
import type { LocalStep, StepSlots } from './step-slots.ts'

export interface IntakeOptions {
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly names: Names
  readonly registry: Registry
  readonly queues: readonly string[]
  readonly faults: Faults
  readonly log: Log
  readonly slots: StepSlots
  readonly worker: () => number
  /** The time of the database's clock, ms. */
  readonly now: () => number
  readonly outcomes: () => Outcomes
  readonly answers: Answers
  /** Executions there is room for. */
  readonly room: () => number
  /** More was given than there is room for. */
  readonly full: () => void
  /** Whether anything may be taken now. */
  readonly open: () => boolean
  /** A source, or all of them, may have something that nobody is told of. */
  readonly wake: (source?: string) => void
  readonly begin: (adopted: Adopted) => void
  readonly misfit: (misfit: Misfit) => void
  /** Whether an execution is in memory. */
  readonly has: (execution: string) => boolean
  readonly onError: (message: string, error: unknown) => void
}

const ANSWER_AGAIN_MS = 250
/** The source of what was given, and is to be read. */
const STARTED = 'started'
/** The most that are read at once of what was given. */
const MAX_STARTED = 512
/** For so long after it looked into what it owns, what it is told may be told late: whether it is still its own is asked. */
const WARY_MS = 60_000
/** What was lost and found waits this long, so that what keeps failing does not run in a circle. */
const GIVE_BACK_MS = 2_000

export class Intake {
  readonly #options: IntakeOptions
  /** Tasks that run here or wait to be answered. */
  readonly #tasks = new Set<string>()
  /** How those whose bodies have not ended are told to stop. */
  readonly #aborts = new Map<string, () => void>()
  /** Executions that were given to this worker and are still to be read. */
  readonly #started = new Set<string>()
  /** Those that were given whole and are on their way into memory. */
  readonly #beginning = new Set<string>()
  readonly #beginnings = new Set<Promise<void>>()
  /** Executions that others have met and that are for this worker. */
  readonly #handed = new Set<string>()
  /** An execution that several workers have died with, and until when others like it wait. */
  #suspect: { readonly actor: Actor; readonly until: number } | undefined
  #missed = false
  #doubt = false
  #waryUntil = Number.NEGATIVE_INFINITY
  #closed = false

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  /**
   * What the table says is ours may not be what we have: something failed whose outcome is unknown. It is looked into before
   * the next claim.
   */
  doubt(): void {
    this.#doubt = true
  }

  get inDoubt(): boolean {
    return this.#doubt
  }

  /** How many it would begin at once, and have slots for. */
  get free(): number {
    const { room, open, slots } = this.#options
    return open() ? Math.min(room(), slots.room) - this.coming : 0
  }

  /** What was given and is not in memory yet. */
  get coming(): number {
    return this.#started.size + this.#beginning.size
  }

  /** Executions were given to this worker as they were started; those that there is no room for go back. */
  take(given: readonly Given[]): void {
    const { room, full, open, wake, onError } = this.#options
    let left = open() ? room() - this.coming : 0
    const whole: GivenExecution[] = []
    for (const each of given) {
      if (left-- <= 0) this.#doubt = true
      else if (typeof each === 'string' || performance.now() < this.#waryUntil) this.#started.add(typeof each === 'string' ? each : each.id)
      else whole.push(each)
    }
    if (left < 0) full()
    if (this.#doubt) wake()
    else if (this.#started.size > 0) wake(STARTED)
    if (whole.length === 0) return
    for (const { id } of whole) this.#beginning.add(id)
    const begun = this.#begin(whole)
      .catch((error: unknown) => {
        this.missed() // they are owned, and not here
        wake(STARTED)
        onError('Executions that were given could not be begun; they are tried again', error)
      })
      .finally(() => {
        for (const { id } of whole) this.#beginning.delete(id)
        this.#beginnings.delete(begun)
      })
    this.#beginnings.add(begun)
  }

  /** Resolves when what was given until now is in memory. */
  async idle(): Promise<void> {
    await Promise.all(this.#beginnings)
  }

  async #begin(given: readonly GivenExecution[]): Promise<void> {
    const { registry, faults } = this.#options
    await faults('take:before')
    const claimed = given.flatMap(({ code, at, ...execution }): readonly ClaimedExecution[] => {
      const workflow = registry.get(execution.workflow, execution.version)
      if (!workflow) return []
      return [{ ...execution, workflow, before: { version: execution.version, code }, takeovers: 0, fresh: true, at: new Date(at) }]
    })
    if (claimed.length < given.length) this.doubt()
    await faults('take:after')
    await this.#adopt({ claimed, fetched: claimed.length, foreign: [] })
  }

  /** It may have been given executions that it was not told of. */
  missed(): void {
    this.#missed = true
    this.#waryUntil = performance.now() + WARY_MS
  }

  /** Another worker has met an execution that is for this one. */
  hand(execution: string): void {
    this.#handed.add(execution)
  }

  /** Answers that have not been taken by now are left to whoever gets the tasks. */
  close(): void {
    this.#closed = true
  }

  sources(): readonly Source[] {
    const { queues, open, room, slots } = this.#options
    const handed: Source = { name: HANDED, room: () => (open() ? Math.min(room(), this.#handed.size) : 0), claim: (max) => this.#sure(() => this.#claimHanded(max)) }
    const started: Source = { name: STARTED, room: () => (open() ? this.#started.size + (this.#missed ? Math.max(1, room()) : 0) : 0), claim: () => this.#sure(() => this.#readStarted()) }
    return [started, handed, ...queues.flatMap((queue): Source[] => [
      { name: bossQueue('execution', queue), room: () => (open() ? room() : 0), claim: (max) => this.#sure(() => this.#executions(queue, max)) },
      { name: bossQueue('step', queue), room: () => (open() ? slots.room : 0), claim: (max) => this.#sure(() => this.#steps(queue, max)) },
    ])]
  }

  /** Claims come one at a time (fetcher): what is owned and not in memory now is not on its way here either. */
  async #sure(claim: () => Promise<Claim<unknown>>): Promise<Claim<unknown>> {
    if (this.#doubt) await this.#reconcile()
    try {
      return await claim()
    } catch (error) {
      this.#doubt = true // it may have committed all the same
      throw error
    }
  }

  async #reconcile(): Promise<void> {
    const { database, dispatcher, worker, has, log } = this.#options
    this.#doubt = false
    this.#waryUntil = performance.now() + WARY_MS // of what goes back now, too
    try {
      const known = { execution: (id: string) => has(id) || this.#started.has(id) || this.#beginning.has(id), task: (id: string) => this.#tasks.has(id) }
      const found = await reconcile(database, dispatcher, worker(), known, GIVE_BACK_MS)
      if (found === 0) return
      setTimeout(() => this.#options.wake(), GIVE_BACK_MS + 100) // a job that was sent with a delay wakes nobody
      log({ level: 'warn', message: `${found} executions and steps were this worker's and not in its memory (given beyond its room, or lost on the way); they went back to their queues` })
    } catch (error) {
      this.#doubt = true
      throw error
    }
  }

  async #executions(queue: string, max: number): Promise<Claim<unknown>> {
    const claim = await claimExecutions(this.#claim(queue, max))
    this.#warnForeign(queue, claim.foreign)
    return this.#adopt(claim)
  }

  async #readStarted(): Promise<Claim<unknown>> {
    const { database, names, registry, worker, has, room, faults } = this.#options
    const all = this.#missed
    const ids = all ? [...this.#started] : [...this.#started].slice(0, MAX_STARTED)
    await faults('take:before')
    this.#missed = false
    const found = await readStarted({ database, names, registry, worker: worker() }, all ? 'all' : ids.filter((id) => !has(id)))
    await faults('take:after')
    for (const id of ids) this.#started.delete(id)
    const news = found.filter(({ id }) => !has(id) && !this.#beginning.has(id))
    if (all && news.length > room()) this.#doubt = true // the others go back
    const claim = { claimed: all ? news.slice(0, Math.max(0, room())) : news, fetched: ids.length, foreign: [] }
    return this.#adopt(claim)
  }

  async #claimHanded(max: number): Promise<Claim<unknown>> {
    const ids = [...this.#handed].slice(0, max)
    for (const id of ids) this.#handed.delete(id) // their jobs are still there, should this fail
    return ids.length === 0 ? { claimed: [], fetched: 0, foreign: [] } : this.#adopt(await claimHanded(this.#claim('', max), ids))
  }

  async #adopt(claim: Claim<ClaimedExecution>): Promise<Claim<unknown>> {
    const { database, names, worker, now, begin, misfit } = this.#options
    if (claim.claimed.length === 0) return claim
    const results = await adopt(database, names, claim.claimed, this.#options.log)
    const adopted = results.filter((result): result is Adopted => 'actor' in result)
    // Before a step of the one that kills can end this process.
    await acquit(database, worker(), adopted.filter((each) => each.actor.takeovers > 0 && isHarmless(each, now())))
    for (const { actor } of adopted) if (actor.takeovers >= SUSPECT) this.#suspect = { actor, until: performance.now() + PROBATION_MS }
    for (const result of results) {
      if ('error' in result) misfit(result)
      else begin(result)
    }
    return claim
  }

  async #steps(queue: string, max: number): Promise<Claim<unknown>> {
    const claim = await claimSteps(this.#claim(queue, max))
    this.#warnForeign(queue, claim.foreign)
    for (const step of await this.#readable(claim.claimed)) this.#run(step)
    return claim
  }

  /** Steps whose arguments cannot be read here go back, for a worker that can. */
  async #readable(steps: readonly ClaimedStep[]): Promise<readonly ClaimedStep[]> {
    const { database, wake, onError } = this.#options
    const read = await Promise.all(steps.map(async (step): Promise<readonly ClaimedStep[]> => {
      try {
        const { data, reported } = step
        const [args = null, details, last] = await database.border.open([data.args, data.details ?? null, reported ?? null])
        return [{ ...step, data: { ...data, args, details: data.details && details }, reported: reported && last }]
      } catch (error) {
        onError(`Step '${step.command}' of '${step.execution}' was taken and cannot be run here; it goes back`, error)
        return []
      }
    }))
    const readable = read.flat()
    if (readable.length < steps.length) {
      this.#doubt = true // they are in the table and not here
      wake()
    }
    return readable
  }

  #run({ id, execution, command, priority, data, reported }: ClaimedStep): void {
    const { registry, slots } = this.#options
    const workflow = registry.get(data.workflow, data.version) ?? registry.get(data.workflow)
    if (!workflow) return
    if (command === QUERY_COMMAND) {
      this.#query(id, execution, workflow, { id, name: data.step, args: data.args })
      return
    }
    const { step, attempt, args, details } = data
    this.#tasks.add(id)
    const local: LocalStep = {
      workflow,
      attempt: { execution, command, task: id, step, attempt, args, details: reported ?? details },
      priority,
      movable: false,
      done: (input) => {
        this.#aborts.delete(id)
        if (input.kind === 'posted') this.#tasks.delete(id)
        else this.#answer(id, execution, input)
      },
    }
    this.#aborts.set(id, () => slots.cancel(new AttemptAborted('Its execution does not want it any more.'), (each) => each === local))
    slots.run(local)
  }

  /** The task is ours until its answer is committed, so the answer is given until the database takes it or we are fenced. */
  #answer(task: string, execution: string, input: StepOutcome): void {
    const { outcomes, onError } = this.#options
    outcomes().send({ task, execution, input }).then(
      () => this.#tasks.delete(task),
      (error: unknown) => {
        onError(`The outcome of step '${input.command}' of '${execution}' could not be sent; trying again`, error)
        if (!this.#closed) setTimeout(() => this.#answer(task, execution, input), ANSWER_AGAIN_MS)
      },
    )
  }

  /** A query of an execution that nobody owns: it is answered from its log, which nobody writes meanwhile. */
  #query(task: string, execution: string, workflow: Registered, question: Question): void {
    const { database, answers, onError } = this.#options
    this.#tasks.add(task)
    answerFromLog(execution, workflow, question, this.#options)
      .then(async (outcome) => {
        await answers.send(execution, question.id, outcome)
        await database.db.deleteFrom('tasks').where('id', '=', task).execute()
      })
      .catch((error: unknown) => onError(`Query '${question.name}' of execution '${execution}' could not be answered`, error))
      .finally(() => this.#tasks.delete(task))
  }

  /** A task that runs here is not wanted any more: its body sees its AbortSignal fire. */
  abort(task: string): void {
    this.#aborts.get(task)?.()
  }

  /** Tasks that were taken from us while nobody told us, as when a notification was lost, are aborted too. */
  async check(): Promise<void> {
    if (this.#aborts.size === 0) return
    const { database, worker } = this.#options
    const asked = [...this.#aborts.keys()] // what is claimed meanwhile is not in the answer
    const mine = await database.db.selectFrom('tasks').select('id').where('worker', '=', worker()).execute()
    const held = new Set(mine.map(({ id }) => id))
    for (const task of asked) if (!held.has(task)) this.abort(task)
  }

  #claim(queue: string, max: number): ClaimOptions {
    const { database, dispatcher, names, registry, faults, worker } = this.#options
    return { database, dispatcher, names, registry, faults, queue, max, worker: worker(), suspects: !this.#onProbation }
  }

  get #onProbation(): boolean {
    if (!this.#suspect) return false
    const { actor, until } = this.#suspect
    if (actor.takeovers > 0 && !actor.dropped && performance.now() < until) return true
    this.#suspect = undefined
    return false
  }

  #warnForeign(queue: string, workflows: readonly string[]): void {
    for (const workflow of new Set(workflows)) {
      this.#options.log({
        level: 'warn',
        message: `Queue '${queue}' has work of workflow '${workflow}', which this worker does not serve; it went back. Let all workers of a queue serve the same workflows, or give it a queue of its own.`,
      })
    }
  }
}
