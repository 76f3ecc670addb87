// Owns: everything that lives under one worker id, from registration to the end of that id. It wires the parts and decides
// when they begin and end; when the id is fenced all of it is dropped, and the worker begins a new incarnation.
//
// Invariant
//  I1  After `#fence` nothing is performed, appended or answered under this id.
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { joinLocally } from '../dispatch/local-takers.ts'
import { send } from '../dispatch/tasks.ts'
import type { Database } from '../log/database.ts'
import type { Faults } from '../log/fault-points.ts'
import { Fenced } from '../log/fenced.ts'
import { LogWriter } from '../log/log-writer.ts'
import type { Names } from '../log/names.ts'
import { withReconnect } from '../log/reconnect.ts'
import { StreamWriter } from '../log/stream-writer.ts'
import { Answers } from './answers.ts'
import { HANDED } from './claim.ts'
import { Conductor, SPILL_MS } from './conductor.ts'
import { DatabaseClock } from './database-clock.ts'
import { Errands } from './errands.ts'
import { Fetcher } from './fetcher.ts'
import { Heartbeats } from './heartbeats.ts'
import { Inbox } from './inbox.ts'
import { Intake } from './intake.ts'
import { type Beat, Liveness } from './liveness.ts'
import type { Log } from './log.ts'
import { Misfits } from './misfits.ts'
import { Outcomes } from './outcomes.ts'
import { Parker } from './parker.ts'
import { type Registry, servedBy } from './registry.ts'
import { nextRun } from './revive.ts'
import { Schedules } from './schedules.ts'
import { handOver } from './release.ts'
import { turnSealer } from './seal-turns.ts'
import type { Sent } from './sent.ts'
import type { StepHost } from './step-host.ts'
import { StepSlots } from './step-slots.ts'
import { sweep } from './sweep.ts'
import { takeOver } from './take-over.ts'
import { TransactionalSteps } from './transactional-steps.ts'
import { tryBlocked } from './try-blocked.ts'
import { Watch } from './watch.ts'

export interface IncarnationOptions {
  readonly url: string
  readonly names: Names
  readonly name: string
  readonly application: string
  readonly queues: readonly string[]
  readonly registry: Registry
  readonly slots: number
  readonly maxActors: number
  readonly locality: boolean
  readonly parkAfterMs: number
  readonly maxTakeovers: number
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly log: Log
  readonly faults: Faults
  readonly onFenced: () => void
}

const SWEEP_MS = 10_000
/** How long a worker that stops waits for a database that is away. */
const PATIENCE_MS = 5_000
/** Each holds a connection. */
const MAX_TRANSACTIONS = 8

export class Incarnation {
  readonly #options: IncarnationOptions
  readonly #clock = new DatabaseClock()
  readonly #slots: StepSlots
  readonly #misfits: Misfits
  readonly #conductor: Conductor
  readonly #parker: Parker
  readonly #inbox: Inbox
  readonly #errands: Errands
  readonly #transactions: TransactionalSteps
  readonly #answers: Answers
  readonly #intake: Intake
  readonly #fetcher: Fetcher
  readonly #liveness: Liveness
  readonly #schedules: Schedules
  readonly #timers: NodeJS.Timeout[] = []
  #writer!: LogWriter<Sent>
  #outcomes!: Outcomes
  #heartbeats!: Heartbeats
  #streams!: StreamWriter
  #watch!: Watch
  #local: Disposable | undefined
  #others = 0
  #sweeps = 0
  #accepting = false
  #fenced = false
  #draining = false

  constructor(options: IncarnationOptions) {
    this.#options = options
    const { database, dispatcher, names, registry, queues, faults, log, locality, maxActors } = options
    const host: StepHost = {
      heartbeat: (attempt, details) => this.#heartbeats.heartbeat(attempt, details),
      ended: (attempt) => this.#heartbeats.ended(attempt),
      withdrawn: (attempt) => this.#heartbeats?.withdrawn(attempt),
      log,
      publish: (item) => this.#streams.publish(item),
      closeStream: (stream) => this.#streams.close(stream),
      transact: (attempt, body, assertWanted) => this.#transactions.run(attempt, body, assertWanted),
    }
    this.#slots = new StepSlots(options.slots, host, () => this.#fetcher.roomFreed(), () => this.#liveness.trusted)
    this.#transactions = new TransactionalSteps({
      url: options.url, application: options.application, dispatcher, names, border: database.border, faults, worker: () => this.id,
      max: Math.min(options.slots, MAX_TRANSACTIONS),
    })
    this.#errands = new Errands({ database, dispatcher, names, faults, worker: () => this.id })
    this.#answers = new Answers(database, names)
    this.#misfits = new Misfits({
      database, names, log,
      worker: () => this.id,
      fenced: () => this.#fenced,
      doubt: () => this.#doubt(),
      failed: (message, error) => this.#failed(message, error),
    })
    this.#conductor = new Conductor({
      clock: this.#clock,
      slots: this.#slots,
      queues,
      locality,
      writer: () => this.#writer,
      errands: this.#errands,
      answers: this.#answers,
      consumed: (ids) => this.#inbox.consumed(ids),
      left: () => this.#fetcher.roomFreed(),
      misfit: (misfit) => this.#misfits.take(misfit),
      refused: (execution, error) => {
        log({ level: 'error', message: `Execution '${execution}' could not be appended to; it is given back`, error })
        this.#doubt()
      },
      fenced: () => this.#fence(),
      failed: (error) => this.#failed('Something that an execution asked for could not be done', error),
      pause: (actor, inbox) => this.#parker.pause(actor, inbox),
      next: (actor) => nextRun(database, names, actor, log),
    })
    this.#parker = new Parker({
      database, dispatcher, names, faults,
      worker: () => this.id,
      now: () => this.#clock.now(),
      afterMs: options.parkAfterMs,
      conductor: this.#conductor,
      open: () => !this.#draining,
      doubt: (message, error) => {
        this.#doubt()
        this.#failed(message, error)
      },
    })
    this.#inbox = new Inbox({
      database,
      names,
      worker: () => this.id,
      has: (execution) => this.#conductor.has(execution),
      deliver: (execution, message) => this.#conductor.receive(execution, message),
      unreadable: (execution, error) => this.#conductor.setAside(execution, error),
      onError: (error) => this.#failed('The inbox could not be read', error),
    })
    this.#intake = new Intake({
      database, dispatcher, names, registry, queues, faults, log,
      slots: this.#slots,
      worker: () => this.id,
      now: () => this.#clock.now(),
      outcomes: () => this.#outcomes,
      answers: this.#answers,
      room: () => maxActors - this.#conductor.size,
      full: () => this.#liveness.full(),
      open: () => !this.#draining && this.#liveness.trusted,
      begin: (adopted) => {
        if (this.#fenced) return
        for (const message of adopted.messages) this.#inbox.took(message)
        this.#conductor.begin(adopted)
        this.#inbox.begun(adopted.actor.id)
      },
      wake: (source) => this.#fetcher.wake(source),
      misfit: (misfit) => this.#misfits.take(misfit),
      has: (execution) => this.#conductor.has(execution),
      onError: (message, error) => this.#failed(message, error),
    })
    this.#fetcher = new Fetcher({ sources: this.#intake.sources(), onError: (error) => this.#failed('Work could not be fetched', error) })
    this.#schedules = new Schedules({
      database, dispatcher, names, registry, faults, log,
      clock: this.#clock,
      onError: (error) => this.#failed('Schedules could not be looked after', error),
    })
    this.#liveness = new Liveness({
      url: options.url,
      names,
      name: options.name,
      application: options.application,
      queues,
      serves: servedBy(registry),
      clock: this.#clock,
      onJobs: (queue) => this.#fetcher.wake(queue),
      onInbox: () => this.#inbox.read(),
      onGiven: (given) => this.#intake.take(given),
      onUnknown: (error) => {
        this.#failed('A notification of executions could not be read; they are looked for', error)
        this.#missed()
      },
      accepts: () => this.#accepts,
      onHanded: (execution) => {
        this.#intake.hand(execution)
        this.#fetcher.wake(HANDED)
      },
      onAbort: (task) => this.#intake.abort(task),
      onReconnect: () => {
        this.#missed()
        this.#inbox.read()
      },
      onFenced: () => this.#fence(),
      onBeat: (beat) => this.#beat(beat),
    })
  }

  get id(): number {
    return this.#liveness.id
  }

  /** Whether who starts executions may give it some. */
  get #accepts(): boolean {
    return this.#accepting && !this.#draining && this.#conductor.size + this.#intake.coming < this.#options.maxActors
  }

  /** What this worker is doing, for its operator. */
  get load(): { readonly actors: number; readonly steps: number } {
    return { actors: this.#conductor.size, steps: this.#slots.running }
  }

  /** Joins; when that fails nothing of it is left behind. */
  async start(): Promise<void> {
    try {
      await this.#join()
    } catch (error) {
      this.#fenced = true
      this.#quiet()
      this.#slots.withdraw('The worker could not start.', () => true)
      this.#conductor.dropAll()
      await Promise.allSettled([this.#fetcher.stop(), this.#writer?.close(), this.#streams?.end(), this.#transactions.close(), this.#liveness.abandon()])
      throw error
    }
  }

  async #join(): Promise<void> {
    const { url, names, application, database, dispatcher, faults } = this.#options
    await this.#liveness.open()
    this.#writer = new LogWriter({
      url, names, application, faults, worker: this.id, prepare: (sent) => dispatcher.prepare(sent.filter((each) => each.kind !== 'message')),
      seal: turnSealer(database.border), enqueue: (execute, sent) => send(dispatcher, names, execute, sent),
    })
    await this.#writer.open()
    this.#outcomes = new Outcomes({ database, dispatcher, names, worker: this.id, faults })
    this.#heartbeats = new Heartbeats({
      database, names, faults, worker: this.id, onError: (error) => this.#failed('Heartbeats of steps could not be written', error),
    })
    this.#streams = new StreamWriter({ url, names, application, faults, border: database.border, worker: this.id, onFenced: () => this.#fence() })
    this.#watch = new Watch({ names, session: this.#liveness.session, worker: this.id, takeOver: (dead) => this.#takeOver(dead) })
    await this.#watch.start()
    this.#every(SPILL_MS, () => {
      if (this.#others > 0) this.#conductor.spill()
    })
    this.#every(Math.min(1_000, this.#options.parkAfterMs), () => this.#parker.parkIdle())
    this.#every(SWEEP_MS, () => this.#sweep())
    this.#fetcher.start()
    this.#accepting = true
    this.#local = joinLocally(this.#liveness.channel, {
      free: () => this.#intake.free,
      give: (given) => this.#intake.take(given),
      missed: () => this.#missed(),
    })
    await this.#liveness.tell()
    await tryBlocked(this.#options, true)
    await this.#schedules.start()
  }

  /**
   * Ends in good order: no new work, running steps get `drainMs`, the rest is handed over. Returns how much that was. When
   * the database does not let it, the identity is left behind for others to take over.
   */
  async stop(drainMs: number): Promise<number> {
    this.#quiet()
    await this.#liveness.tell().catch(() => {}) // the database is away: then nobody gives it anything either
    await this.#fetcher.stop()
    await this.#intake.idle()
    await this.#drained(drainMs)
    // Steps that did not make it are told to stop; whoever takes over runs them again.
    this.#slots.withdraw('The worker stops.', () => true)
    try {
      await this.#conductor.idle()
      await this.#parker.idle()
      await this.#streams.end()
      await this.#outcomes.idle()
      await this.#heartbeats.end()
      await Promise.all([this.#errands.idle(), this.#answers.idle()])
      await this.#writer.close()
      await this.#transactions.close()
      this.#conductor.dropAll()
      if (this.#fenced) return 0
      const handed = await withReconnect(() => handOver(this.#options.database, this.#options.dispatcher, this.id), PATIENCE_MS)
      await this.#liveness.leave()
      return handed
    } finally {
      this.#conductor.dropAll()
      await this.#liveness.abandon()
    }
  }

  /** Nothing new begins. */
  #quiet(): void {
    this.#draining = true
    this.#local?.[Symbol.dispose]()
    for (const timer of this.#timers) clearInterval(timer)
    this.#watch?.stop()
    this.#inbox.close()
    this.#schedules.close()
    this.#slots.close()
    this.#intake.close()
    this.#conductor.drain()
  }

  async #drained(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms)
    })
    await Promise.race([this.#slots.drained(), patience])
    clearTimeout(timer)
  }

  #fence(): void {
    if (this.#fenced) return
    this.#fenced = true
    this.#quiet()
    this.#writer?.fence()
    this.#outcomes?.fence()
    this.#heartbeats?.fence()
    this.#streams?.fence()
    this.#slots.withdraw('Another worker has taken over.', () => true)
    this.#conductor.dropAll()
    this.#options.log({ level: 'warn', message: new Fenced(this.id).message })
    Promise.allSettled([this.#fetcher.stop(), this.#writer?.close(), this.#streams?.end(), this.#transactions.close(), this.#liveness.abandon()]).then(() => this.#options.onFenced())
  }

  async #takeOver(dead: readonly number[]): Promise<void> {
    const { database, dispatcher, names, faults, maxTakeovers, log } = this.#options
    const { workers, executions, steps, quarantined } = await takeOver({ database, dispatcher, names, faults, dead, maxTakeovers })
    if (workers.length === 0) return
    for (const id of quarantined) log({ level: 'error', message: `Execution '${id}' is quarantined: ${maxTakeovers} workers in a row have died with it in hand` })
    log({ level: 'info', message: `Took over from worker ${workers.join(', ')}: ${executions} executions, ${steps} steps` })
  }

  /** It may have been given executions that it was not told of. */
  #missed(): void {
    this.#intake.missed()
    this.#fetcher.wake()
  }

  /** Something of ours may be in the table and not in memory: it is looked into before the next claim. */
  #doubt(): void {
    this.#intake.doubt()
    this.#fetcher.wake()
  }

  #beat({ due, others }: Beat): void {
    this.#others = others
    this.#slots.pump() // we were not sure to be ourselves, perhaps, and now we are
    if (due || this.#intake.inDoubt) this.#fetcher.wake()
    if (this.#conductor.size > 0) this.#inbox.read()
    this.#intake.check().catch((error: unknown) => this.#failed('The tasks that run here could not be checked', error))
  }

  #sweep(): void {
    const { database, dispatcher, queues } = this.#options
    // Code that fits may be elsewhere: what is blocked is tried here now and then, not all the time.
    const tries = tryBlocked(this.#options, this.#sweeps++ % 6 === 0)
    Promise.all([sweep(database, dispatcher, queues), this.#schedules.look(), tries]).catch((error: unknown) => this.#failed('The sweep failed', error))
  }

  #failed(message: string, error: unknown): void {
    if (error instanceof Fenced) this.#fence()
    else if (!this.#draining) this.#options.log({ level: 'warn', message, error })
  }

  #every(ms: number, act: () => void): void {
    this.#timers.push(setInterval(act, ms))
  }
}
