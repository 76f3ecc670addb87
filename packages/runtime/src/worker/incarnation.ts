// Owns: everything that lives under one worker id, from registration to the end of that id: its actors, its steps, its
// connection to the log. When the id is fenced all of it is dropped, and the worker begins a new incarnation.
//
// Invariants
//  N1  A command is performed only after the turn that asked for it has been committed.
//  N2  After `fenced` nothing is performed, appended or answered under this id.
import type { StepDefinition } from '@baton/sdk/host'
import type { Command, StepCommand } from '../core/command.ts'
import type { Input } from '../core/input.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { type Job, type StepJob, stepJobId } from '../dispatch/job.ts'
import type { Database } from '../log/database.ts'
import type { Faults } from '../log/fault-points.ts'
import { Fenced } from '../log/fenced.ts'
import { LogWriter } from '../log/log-writer.ts'
import type { Names } from '../log/names.ts'
import type { Actor, Delivery } from './actor.ts'
import { type Adopted, adopt, type Misfit } from './adopt.ts'
import { setAlarm } from './alarms.ts'
import { claimExecutions, type Claim, type ClaimedStep, claimSteps } from './claim.ts'
import { DatabaseClock } from './database-clock.ts'
import { Fetcher, type Source } from './fetcher.ts'
import { type Beat, Liveness } from './liveness.ts'
import type { Log } from './log.ts'
import { fromInbox, type InboxRow, Outcomes } from './outcomes.ts'
import { park } from './park.ts'
import type { Registered } from './registry.ts'
import { block, giveBack, handOver, sweep, sweepInbox } from './release.ts'
import { StepSlots } from './step-slots.ts'
import { forgetFenced, takeOver } from './take-over.ts'
import { TurnLoop } from './turn-loop.ts'
import { Watch } from './watch.ts'

export interface IncarnationOptions {
  readonly url: string
  readonly names: Names
  readonly name: string
  readonly application: string
  readonly queues: readonly string[]
  readonly registry: ReadonlyMap<string, Registered>
  readonly slots: number
  readonly maxActors: number
  readonly locality: boolean
  readonly parkAfterMs: number
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly log: Log
  readonly faults: Faults
  readonly onFenced: () => void
}

/** A step that waits this long for a slot may run elsewhere, if there is an elsewhere. */
const SPILL_MS = 25
const SWEEP_MS = 10_000
const GIVE_BACK_MS = 5_000

export class Incarnation {
  readonly #options: IncarnationOptions
  readonly #clock = new DatabaseClock()
  readonly #actors = new Map<string, Actor>()
  readonly #turns: TurnLoop
  readonly #slots: StepSlots
  readonly #liveness: Liveness
  readonly #fetcher: Fetcher
  readonly #timers: NodeJS.Timeout[] = []
  /** Inbox rows that wait in memory: read, and not yet consumed by a commit. */
  readonly #read = new Set<string>()
  #writer!: LogWriter<Job>
  #outcomes!: Outcomes
  #watch!: Watch
  #others = 0
  #reading: Promise<void> | undefined
  #readAgain = false
  #fenced = false
  #draining = false

  constructor(options: IncarnationOptions) {
    this.#options = options
    this.#turns = new TurnLoop({
      now: () => this.#clock.now(),
      commit: (actor) => this.#commit(actor),
      broken: (actor, error) => this.#misfit({ id: actor.id, workflow: actor.workflow, error }),
    })
    this.#slots = new StepSlots(options.slots, () => this.#fetcher.roomFreed())
    this.#fetcher = new Fetcher({
      sources: this.#sources(),
      onError: (error) => this.#failed('Work could not be fetched', error),
    })
    this.#liveness = new Liveness({
      url: options.url,
      names: options.names,
      name: options.name,
      application: options.application,
      queues: options.queues,
      clock: this.#clock,
      onJobs: (queue) => this.#fetcher.wake(queue),
      onInbox: () => this.#readInbox(),
      onReconnect: () => {
        this.#fetcher.wake()
        this.#readInbox()
      },
      onFenced: () => this.#fence(),
      onBeat: (beat) => this.#beat(beat),
    })
  }

  get id(): number {
    return this.#liveness.id
  }

  /** What this worker is doing, for its operator. */
  get load(): { readonly actors: number; readonly steps: number } {
    return { actors: this.#actors.size, steps: this.#slots.running }
  }

  async start(): Promise<void> {
    const { url, names, application, database, dispatcher, faults, log } = this.#options
    await this.#liveness.open()
    this.#writer = new LogWriter({
      url, names, application, faults, worker: this.id, enqueue: (execute, jobs) => dispatcher.enqueue(execute, jobs),
    })
    await this.#writer.open()
    this.#outcomes = new Outcomes({ database, dispatcher, names, worker: this.id, faults })
    this.#watch = new Watch({
      names,
      session: this.#liveness.session,
      worker: this.id,
      takeOver: async (dead) => {
        const { workers, executions, steps } = await takeOver(database, dispatcher, dead, faults)
        if (workers.length === 0) return
        log({ level: 'info', message: `Took over from worker ${workers.join(', ')}: ${executions} executions, ${steps} steps` })
      },
    })
    await this.#watch.start()
    this.#every(SPILL_MS, () => this.#spill())
    this.#every(Math.min(1_000, this.#options.parkAfterMs), () => this.#parkIdle())
    this.#every(SWEEP_MS, () => this.#sweep())
    this.#fetcher.start()
  }

  /** Ends in good order: no new work, running steps get `drainMs`, the rest is handed over. */
  async stop(drainMs: number): Promise<number> {
    this.#draining = true
    for (const timer of this.#timers) clearInterval(timer)
    this.#watch.stop()
    await this.#fetcher.stop()
    if (this.#fenced) return 0
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, drainMs)
    })
    await Promise.race([this.#slots.drained(), patience])
    clearTimeout(timer)
    // Steps that did not make it are told to stop; whoever takes over runs them again.
    this.#slots.withdraw('The worker stops.', () => true)
    await this.#outcomes.idle()
    await this.#writer.close()
    for (const actor of [...this.#actors.values()]) this.#drop(actor)
    const { database, dispatcher } = this.#options
    const handed = this.#fenced ? 0 : await handOver(database, dispatcher, this.id)
    await this.#liveness.close()
    return handed
  }

  // ---- turns ---------------------------------------------------------------------------------------------------------

  #commit(actor: Actor): void {
    const { events, end, consumed, commands } = actor.takeTurn()
    const jobs = this.#draining ? [] : commands.filter(isStep).filter((command) => this.#isRemote(actor, command.step) && command.notBefore === 0)
      .map((command) => stepJob(actor, command))
    if (events.length === 0 && consumed.length === 0 && jobs.length === 0) {
      this.#committed(actor, commands, false)
      return
    }
    this.#writer.append({ execution: actor.id, events, end, consumed, jobs }).then(
      () => {
        for (const id of consumed) this.#read.delete(id)
        this.#committed(actor, commands, end !== undefined)
      },
      (error: unknown) => this.#refused(actor, error),
    )
  }

  #committed(actor: Actor, commands: readonly Command[], ended: boolean): void {
    if (this.#fenced || actor.dropped) return
    if (ended) {
      this.#drop(actor)
      return
    }
    for (const command of commands) this.#perform(actor, command)
    this.#turns.release(actor)
  }

  #refused(actor: Actor, error: unknown): void {
    if (actor.dropped) return
    if (error instanceof Fenced) {
      this.#fence()
      return
    }
    this.#drop(actor)
    this.#options.log({ level: 'error', message: `Execution '${actor.id}' could not be appended to; it is given back`, error })
    this.#giveBack(actor.id)
  }

  /** Owned and not in memory, an execution would wait for ever: this is repeated until it has worked or we are fenced. */
  #giveBack(...executions: readonly string[]): void {
    if (this.#fenced) return
    const { database, dispatcher } = this.#options
    giveBack(database, dispatcher, this.id, executions, GIVE_BACK_MS).catch((error: unknown) => {
      this.#failed(`Executions ${executions.join(', ')} could not be given back; trying again`, error)
      setTimeout(() => this.#giveBack(...executions), 1_000)
    })
  }

  // ---- commands ------------------------------------------------------------------------------------------------------

  #perform(actor: Actor, command: Command): void {
    if (command.kind === 'timer') {
      this.#alarm(actor, command.id, command.dueAt, () => this.#turns.offer(actor, { input: { kind: 'timer', command: command.id } }))
      return
    }
    if (command.notBefore > this.#clock.now()) {
      this.#alarm(actor, command.id, command.notBefore, () => this.#dispatch(actor, command))
      return
    }
    if (!this.#isRemote(actor, command.step)) this.#runHere(actor, command)
    else if (command.notBefore > 0) this.#dispatch(actor, command)
  }

  #alarm(actor: Actor, command: string, dueAt: number, ring: () => void): void {
    actor.setAlarm(command, dueAt, setAlarm(this.#clock, dueAt, () => {
      actor.alarms.delete(command)
      if (!actor.dropped) ring()
    }))
  }

  /** A command whose turn is long committed is due. */
  #dispatch(actor: Actor, command: StepCommand): void {
    if (this.#isRemote(actor, command.step)) this.#sendAway(actor, [command])
    else this.#runHere(actor, command)
  }

  #runHere(actor: Actor, command: StepCommand): void {
    actor.localSteps++
    this.#slots.run({
      workflow: actor.workflow,
      attempt: { execution: actor.id, command: command.id, step: command.step.name, attempt: command.attempt, args: command.args },
      movable: this.#options.locality,
      done: (input) => {
        actor.localSteps--
        this.#turns.offer(actor, { input })
      },
    })
  }

  /** Jobs for commands of earlier turns: a commit of their own. */
  #sendAway(actor: Actor, commands: readonly StepCommand[]): void {
    const jobs = commands.map((command) => stepJob(actor, command))
    this.#writer.append({ execution: actor.id, events: [], end: undefined, consumed: [], jobs }).catch((error: unknown) => this.#refused(actor, error))
  }

  #isRemote(_actor: Actor, step: StepDefinition): boolean {
    const { locality, queues } = this.#options
    return !locality || step.prefer === 'remote' || !queues.includes(step.queue)
  }

  /** Gives steps that wait for a slot to other workers, if there are any. */
  #spill(): void {
    if (this.#others === 0 || this.#draining) return
    const away = new Map<Actor, StepJob[]>()
    for (const { attempt, workflow } of this.#slots.takeStale(SPILL_MS)) {
      const actor = this.#actors.get(attempt.execution)
      const definition = workflow.definition.steps.get(attempt.step)
      if (!actor || !definition) continue
      actor.localSteps--
      const { command, attempt: number, args } = attempt
      const job = stepJob(actor, { kind: 'step', id: command, step: definition, attempt: number, args, notBefore: 0 })
      away.set(actor, [...(away.get(actor) ?? []), job])
    }
    for (const [actor, jobs] of away) {
      this.#writer.append({ execution: actor.id, events: [], end: undefined, consumed: [], jobs }).catch((error: unknown) => this.#refused(actor, error))
    }
  }

  // ---- claims --------------------------------------------------------------------------------------------------------

  #sources(): readonly Source[] {
    const { queues } = this.#options
    return queues.flatMap((queue): Source[] => [
      {
        name: `execution/${queue}`,
        room: () => (this.#draining || !this.#liveness.trusted ? 0 : this.#options.maxActors - this.#actors.size),
        claim: (max) => this.#claimExecutions(queue, max),
      },
      {
        name: `step/${queue}`,
        room: () => (this.#draining || !this.#liveness.trusted ? 0 : this.#slots.room),
        claim: (max) => this.#claimSteps(queue, max),
      },
    ])
  }

  async #claimExecutions(queue: string, max: number): Promise<Claim<unknown>> {
    const { database, registry } = this.#options
    const claim = await claimExecutions({ ...this.#claimOptions(queue, max) })
    this.#warnForeign(queue, claim.foreign)
    if (claim.claimed.length > 0) {
      try {
        for (const result of await adopt(database, claim.claimed, registry)) {
          if ('error' in result) this.#misfit(result)
          else this.#begin(result)
        }
      } catch (error) {
        this.#giveBack(...claim.claimed.map(({ id }) => id).filter((id) => !this.#actors.has(id)))
        throw error
      }
    }
    return claim
  }

  #begin({ actor, deliveries, taken }: Adopted): void {
    if (this.#fenced) return
    this.#actors.set(actor.id, actor)
    for (const delivery of deliveries) {
      if (delivery.inbox !== undefined) this.#read.add(delivery.inbox)
      actor.offer(delivery)
    }
    actor.execution.withhold(taken)
    this.#turns.begin(actor)
  }

  async #claimSteps(queue: string, max: number): Promise<Claim<unknown>> {
    const claim = await claimSteps({ ...this.#claimOptions(queue, max) })
    this.#warnForeign(queue, claim.foreign)
    for (const step of claim.claimed) this.#runClaimed(step)
    return claim
  }

  #runClaimed({ task, data }: ClaimedStep): void {
    const workflow = this.#options.registry.get(data.workflow)
    if (!workflow) return
    const { execution, command, step, attempt, args } = data
    this.#slots.run({
      workflow,
      attempt: { execution, command, step, attempt, args },
      movable: false,
      done: (input) => this.#answer(task, execution, input),
    })
  }

  #answer(task: string, execution: string, input: Input): void {
    if (input.kind === 'timer' || this.#fenced) return
    this.#outcomes.send({ task, execution, input }).catch((error: unknown) => {
      if (error instanceof Fenced) {
        this.#fence()
        return
      }
      // The task's row is still ours: the answer is given again until the database takes it.
      this.#failed(`The outcome of step '${input.command}' of '${execution}' could not be sent; trying again`, error)
      setTimeout(() => this.#answer(task, execution, input), 250)
    })
  }

  #claimOptions(queue: string, max: number): Parameters<typeof claimExecutions>[0] {
    const { database, dispatcher, registry, faults } = this.#options
    return { database, dispatcher, faults, queue, max, worker: this.id, workflows: new Set(registry.keys()) }
  }

  #warnForeign(queue: string, workflows: readonly string[]): void {
    for (const workflow of new Set(workflows)) {
      this.#options.log({
        level: 'warn',
        message: `Queue '${queue}' has work of workflow '${workflow}', which this worker does not serve; it went back. Let all workers of a queue serve the same workflows, or give it a queue of its own.`,
      })
    }
  }

  #misfit({ id, workflow, error }: Misfit): void {
    const actor = this.#actors.get(id)
    if (actor) this.#drop(actor)
    const reason = error instanceof Error ? error.message : String(error)
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'ReplayFailed'
    this.#options.log({ level: 'warn', message: `Execution '${id}' is blocked: ${reason}` })
    block(this.#options.database, this.id, id, { reason, code, semanticHash: workflow.semanticHash }).catch((failure: unknown) => {
      this.#failed(`Execution '${id}' could not be marked as blocked`, failure)
      this.#giveBack(id)
    })
  }

  // ---- inbox ---------------------------------------------------------------------------------------------------------

  #readInbox(): void {
    this.#readAgain = true
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined
      if (this.#readAgain) this.#readInbox()
    })
  }

  async #readAll(): Promise<void> {
    while (this.#readAgain && !this.#fenced) {
      this.#readAgain = false
      try {
        const { schema } = this.#options.names
        const { rows } = await this.#options.database.pool.query<InboxRow & { execution_id: string }>({
          name: 'read-inbox',
          text: `select i.id::text as id, i.execution_id, i.command, i.payload
            from ${schema}.inbox i join ${schema}.executions e on e.id = i.execution_id where e.owner = $1 order by i.id`,
          values: [this.id],
        })
        for (const row of rows) this.#deliver(row.execution_id, row.id, () => fromInbox(row))
      } catch (error) {
        this.#failed('The inbox could not be read', error)
        return // the next heartbeat reads it
      }
    }
  }

  #deliver(execution: string, id: string, delivery: () => Delivery): void {
    const actor = this.#actors.get(execution)
    if (!actor || this.#read.has(id)) return
    this.#read.add(id)
    this.#turns.offer(actor, delivery())
  }

  // ---- upkeep --------------------------------------------------------------------------------------------------------

  #beat({ due, others }: Beat): void {
    this.#others = others
    this.#slots.hold(false)
    if (due) this.#fetcher.wake()
    if (this.#actors.size > 0) this.#readInbox()
  }

  #parkIdle(): void {
    if (!this.#liveness.trusted) this.#slots.hold(true)
    if (this.#draining) return
    const limit = performance.now() - this.#options.parkAfterMs
    for (const actor of this.#actors.values()) {
      if (actor.busy || actor.hasInputs || actor.localSteps > 0 || actor.lastActive > limit) continue
      const due = actor.nextDue()
      if (due !== undefined && due - this.#clock.now() < this.#options.parkAfterMs) continue
      this.#park(actor, due)
    }
  }

  #park(actor: Actor, wakeAt: number | undefined): void {
    const { database, dispatcher, faults } = this.#options
    actor.busy = true
    const queue = actor.workflow.definition.queue
    park({ database, dispatcher, faults, worker: this.id, execution: actor.id, queue, wakeAt }).then(
      (parked) => {
        if (parked) this.#drop(actor)
        else this.#turns.release(actor)
      },
      (error: unknown) => {
        this.#turns.release(actor)
        this.#failed(`Execution '${actor.id}' could not be parked`, error)
      },
    )
  }

  #sweep(): void {
    const { database, dispatcher, queues } = this.#options
    Promise.all([sweep(database, dispatcher, queues), sweepInbox(database), forgetFenced(database)]).catch((error: unknown) => {
      this.#failed('The sweep failed', error)
    })
  }

  #drop(actor: Actor): void {
    if (actor.dropped) return
    actor.dropped = true
    actor.cancelAlarms()
    this.#actors.delete(actor.id)
    if (actor.localSteps > 0) this.#slots.withdraw(`Execution '${actor.id}' left this worker.`, ({ attempt }) => attempt.execution === actor.id)
    this.#fetcher.roomFreed()
  }

  #fence(): void {
    if (this.#fenced) return
    this.#fenced = true
    this.#draining = true
    this.#writer?.fence()
    for (const timer of this.#timers) clearInterval(timer)
    this.#watch?.stop()
    this.#slots.withdraw('Another worker has taken over.', () => true)
    for (const actor of [...this.#actors.values()]) this.#drop(actor)
    void this.#fetcher.stop()
    this.#options.log({ level: 'warn', message: new Fenced(this.id).message })
    Promise.allSettled([this.#writer?.close(), this.#liveness.abandon()]).then(() => this.#options.onFenced())
  }

  #failed(message: string, error: unknown): void {
    if (error instanceof Fenced) this.#fence()
    else if (!this.#draining) this.#options.log({ level: 'warn', message, error })
  }

  #every(ms: number, act: () => void): void {
    this.#timers.push(setInterval(act, ms))
  }
}

function isStep(command: Command): command is StepCommand {
  return command.kind === 'step'
}

function stepJob(actor: Actor, command: StepCommand): StepJob {
  return {
    kind: 'step',
    queue: command.step.queue,
    id: stepJobId(actor.id, command.id, command.attempt),
    data: {
      execution: actor.id,
      workflow: actor.workflow.definition.name,
      step: command.step.name,
      command: command.id,
      attempt: command.attempt,
      args: command.args,
    },
  }
}
