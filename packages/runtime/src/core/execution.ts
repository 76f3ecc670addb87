// Owns: the state of one execution as its log and its program make it: which commands are open, which are new, how it ended.
// Does not own: I/O, the clock, randomness, the workflow instance, when microtasks run. The driver delivers one event, lets
// the program run to its next suspension, settles conditions, and only then delivers the next.
//
// Invariants
//  X1  Delivering the same events in the same order issues the same commands (G7).
//  X2  An open command is closed by exactly one event; an input for a command that is not open becomes no event (G2).
//  X3  After `completion` is set no event but the terminal one is produced, and before it the marks and attributes until then.
//  X4  A command's identity depends on its scope, name and occurrence there, never on its place in the log.
//  X5  What the program learns from an event it learns when that is delivered, live as in a replay: one event, one drain.
/* oxlint-disable max-lines */
import { Cancelled, ChildFailed, type ExecutionInfo, isCancelled, type LogFields, type LogLevel, StepFailed, StepTimedOut, WrongContext } from '@baton/sdk'
import { type ChildRequest, ContinueAsNew, type StartedChild, type StepDefinition, type TokenWait } from '@baton/sdk/host'
import { decode, encode, type Encoded, MAX_ITEM_BYTES } from '../payload/codec.ts'
import { type Failure, fromFailure, toFailure } from '../payload/failure.ts'
import { type Behaviour, noBehaviour } from './behaviour.ts'
import type { AbortCommand, Command, MessageCommand, StepCommand } from './command.ts'
import { type Completion, completionEvent } from './completion.ts'
import type { HistoryEvent, Undo } from './history-event.ts'
import { HistoryMismatch } from './history-mismatch.ts'
import type { Input, StepOutcome } from './input.ts'
import { type Answer, Mailbox } from './mailbox.ts'
import type { Open, OpenIteration, OpenStep, OpenTimer, OpenToken, Settle } from './open.ts'
import { Prng } from './prng.ts'
import { countFailure, delayAfter, NO_FAILURES } from './retry.ts'
import { Scope } from './scope.ts'
import { bareSetting, type Setting } from './setting.ts'
import { checkFlags } from './flags.ts'
import type { StartInfo } from './start-info.ts'
import { endDeadline } from './step-deadlines.ts'

/** The program of an execution: calls `run` of the class, or walks the declared graph. */
export type Program = (execution: Execution, input: unknown) => Promise<unknown>

/** What a turn leaves to be appended and, once that is committed, to be done. */
export interface Collected {
  readonly events: readonly HistoryEvent[]
  readonly commands: readonly Command[]
  /** The program has been told something: let it run, and collect again. */
  readonly more: boolean
}

/** An item for a stream, written with the turn. */
export interface Published {
  readonly stream: string
  /** Of this item in this execution: one that is written already is not written again. */
  readonly key: string
  readonly value: Encoded
}

interface Condition {
  readonly predicate: () => boolean
  readonly scope: Scope
  readonly settle: Settle
  readonly timer: string | undefined
}

/** An error of the execution's surroundings, for updates that are under way when it ends. */
const ENDED = 'The execution ended before the update did.'

export class Execution {
  readonly root: Scope
  readonly #setting: Setting
  readonly #open = new Map<string, Open>()
  /** What is to be collected: open commands only, each once, for an input may come before they were collected. */
  #fresh = new Set<Open>()
  #aborts: AbortCommand[] = []
  /** Events that say what the program did; they tell it nothing. */
  #notes: HistoryEvent[] = []
  #published: Published[] = []
  #conditions: Condition[] = []
  #mailbox = new Mailbox()
  #behaviour: Behaviour = noBehaviour
  #start: StartInfo = {}
  /** Draws of code that only looks. */
  #aside: Prng | undefined
  #violation: Error | undefined
  #now = 0
  #startedAt = 0
  #delivered = 0
  /** Events of the log that are still to be delivered. */
  #ahead = 0
  #readOnly = 0
  readonly #patches = new Set<string>()
  readonly #patchesAsked = new Set<string>()
  /** Patches that this run passed without, in its old branch. */
  readonly #passed = new Set<string>()
  /** Iterations that the log has the end of: their bodies are not run. */
  readonly #endedIterations = new Set<string>()
  #cancelledBy: 'stop' | 'timeout' | undefined
  #handlerError: { readonly error: unknown } | undefined
  #completion: Completion | undefined

  constructor(setting: Setting = bareSetting) {
    this.#setting = setting
    this.root = new Scope(this)
  }

  get id(): string {
    return this.#setting.id
  }

  /** Set once the program has returned or thrown, or was killed. */
  get completion(): Completion | undefined {
    return this.#completion
  }

  /** The time of the event that was delivered last, ms; the program's clock. */
  get now(): number {
    return this.#now
  }

  /** What the program did that a replay cannot repeat: nothing of this turn may be written. */
  get violation(): Error | undefined {
    return this.#violation
  }

  /** Remembers what the program did that a replay cannot repeat, whatever it makes of the error itself. */
  violate(error: Error): void {
    this.#violation ??= error
  }

  /** Randomness from the seed in the log; a lane has its own. */
  seeded(lane?: string): Prng {
    const { seed = this.id, run = 1 } = this.#start
    return new Prng(lane === undefined ? `${seed}/${run}` : `${seed}/${run}/${lane}`)
  }

  /** Where code that only looks draws from: it is not in the log, so it must not move the draws of the program. */
  get aside(): Prng | undefined {
    if (this.#readOnly === 0) return undefined
    this.#aside ??= this.seeded(`?${this.#delivered}`)
    return this.#aside
  }

  get info(): ExecutionInfo {
    const { id, workflow, version } = this.#setting
    return {
      executionId: id, workflow, version,
      startedAt: new Date(this.#startedAt),
      run: this.#start.run ?? 1,
      parent: this.#start.parent?.execution,
      historyLength: this.#delivered,
    }
  }

  /** Whose child it is. */
  get parent(): StartInfo['parent'] {
    return this.#start.parent
  }

  /** When it, or this run of it, is to be over. */
  deadlines(): readonly { readonly which: 'execution' | 'run'; readonly dueAt: number }[] {
    const { timeoutMs, runTimeoutMs } = this.#setting
    const deadlines: { which: 'execution' | 'run'; dueAt: number }[] = []
    if (this.#cancelledBy || this.#completion) return deadlines
    if (timeoutMs !== undefined) deadlines.push({ which: 'execution', dueAt: (this.#start.since ?? this.#startedAt) + timeoutMs })
    if (runTimeoutMs !== undefined) deadlines.push({ which: 'run', dueAt: this.#startedAt + runTimeoutMs })
    return deadlines
  }

  // ---- the driver's side ---------------------------------------------------------------------------------------------

  /** Looks through a log that is going to be delivered, for what the program must know before it comes to it. */
  foresee(events: readonly HistoryEvent[]): void {
    this.#ahead = events.length
    for (const event of events) {
      if (event.type === 'Patched') this.#patches.add(event.id)
      if (event.type === 'IterationCompleted' || event.type === 'IterationFailed') this.#endedIterations.add(event.command)
    }
  }

  /** Begins the program; it runs to its first suspension before this returns. */
  start(program: Program, input: unknown, start: StartInfo = {}, at = 0): void {
    checkFlags(start)
    this.#delivered = 1
    this.#start = start
    this.#now = at
    this.#startedAt = at
    if (start.seen) this.#mailbox = new Mailbox(start.seen)
    program(this, input).then(
      (output) => {
        this.#completion ??= this.#handlerError ?? { output }
      },
      (error: unknown) => {
        this.#completion ??= this.#handlerError ?? this.#failed(error)
      },
    )
  }

  /** Given by the program as it begins. */
  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour
  }

  /** The event an input becomes, or undefined if it has no effect (late, repeated or of an attempt that is over). */
  decide(input: Input, now: number): HistoryEvent | undefined {
    if (this.#completion) return undefined
    switch (input.kind) {
      case 'signal':
        return this.#mailbox.knows(input.id) ? undefined : { type: 'SignalReceived', id: input.id, name: input.name, args: input.args }
      case 'update':
        return this.#decideUpdate(input.id, input.name, input.args)
      case 'stop':
        return this.#cancelledBy ? undefined : { type: 'StopRequested', reason: input.reason }
      case 'expired':
        return this.#cancelledBy ? undefined : { type: 'TimedOut', which: input.which }
      case 'kill':
        this.#completion = { killed: input.reason }
        return undefined
    }
    const open = this.#open.get(input.command)
    if (!open) return undefined
    const event = this.#decideCommand(open, input, now)
    return event && open.scope.lane !== undefined ? { ...event, lane: open.scope.lane } : event
  }

  /**
   * Tells the program one event of the log; what it does about it happens in the microtasks that follow.
   *
   * @throws HistoryMismatch if the program does not wait for it.
   */
  deliver(event: HistoryEvent, at = event.at ?? this.#now): void {
    this.#delivered++
    if (this.#ahead > 0) this.#ahead--
    if (!tellsNothing(event)) this.#now = Math.max(this.#now, Math.floor(at)) // whole ms, as the log keeps them
    switch (event.type) {
      case 'StepCompleted': {
        const open = this.#close(event, 'step')
        this.#noteUndo(open, event.output)
        open.settle.resolve(decode(event.output))
        return
      }
      case 'StepFailed': {
        const open = this.#close(event, 'step')
        if (event.failure.detail?.['timeoutKind'] === 'total') this.#aborts.push({ kind: 'abort', id: open.id, what: 'step', waits: false })
        open.settle.reject(open.cancelled ?? stepFailed(event))
        return
      }
      case 'StepRetrying': {
        const open = this.#expect(event, 'step')
        open.failures = countFailure(open.failures, event.failure)
        open.failure = event.failure
        open.command = { ...open.command, attempt: event.attempt + 1, notBefore: event.retryAt, details: event.details }
        this.#fresh.add(open)
        return
      }
      case 'TimerStarted':
        this.#expect(event, 'timer').dueAt = event.dueAt
        return
      case 'TimerFired':
        this.#close(event, 'timer').settle.resolve(undefined)
        return
      case 'SignalReceived':
        this.#mailbox.took(event.id)
        this.#handle(() => this.#behaviour.signal(event.name, argsOf(event.args))).catch((error: unknown) => this.#handlerFailed(error))
        return
      case 'UpdateAccepted':
        this.#mailbox.accepted(event.id)
        this.#handle(() => this.#behaviour.update(event.name, argsOf(event.args))).then(
          (output) => this.#mailbox.finish(event.id, event.name, { output }, this.#setting.maxPayloadBytes),
          (error: unknown) => this.#mailbox.finish(event.id, event.name, { error }),
        )
        return
      case 'UpdateCompleted':
        if (!this.#mailbox.concluded(event.id, { output: event.output })) throw this.#mismatch(`the end of update '${event.id}'`)
        return
      case 'UpdateFailed':
        if (!this.#mailbox.concluded(event.id, { failure: event.failure })) throw this.#mismatch(`the end of update '${event.id}'`)
        return
      case 'ChildStarted': {
        const open = this.#expect(event, 'child')
        open.isStarted = true
        open.started.resolve(event.execution)
        return
      }
      case 'ChildStartFailed': {
        const open = this.#close(event, 'child')
        const error = new ChildFailed(open.command.workflow, open.command.execution, fromFailure(event.failure))
        open.started.reject(error)
        open.settle.reject(error)
        return
      }
      case 'ChildCompleted': {
        const open = this.#close(event, 'child')
        open.started.resolve(open.command.execution)
        open.settle.resolve(decode(event.output))
        return
      }
      case 'ChildFailed': {
        const open = this.#close(event, 'child')
        open.started.resolve(open.command.execution)
        open.settle.reject(new ChildFailed(open.command.workflow, open.command.execution, fromFailure(event.failure)))
        return
      }
      case 'MessageDelivered':
        this.#close(event, 'message').settle.resolve(undefined)
        return
      case 'MessageFailed':
        this.#close(event, 'message').settle.reject(fromFailure(event.failure))
        return
      case 'TokenIssued': {
        const open = this.#expect(event, 'token')
        this.#fresh.delete(open)
        open.token = event.token
        open.issued.resolve(event.token)
        return
      }
      case 'TokenCompleted':
        this.#close(event, 'token').settle.resolve({ value: decode(event.output) })
        return
      case 'TokenFailed':
        this.#close(event, 'token').settle.reject(fromFailure(event.failure))
        return
      case 'IterationCompleted':
      case 'IterationFailed': {
        const open = this.#close(event, 'iteration')
        open.lane.cancel(new Cancelled('the iteration has ended'))
        this.#abandon(event.command)
        open.scope.ledger.push(...(event.undo ?? []))
        if (event.type === 'IterationCompleted') open.settle.resolve(decode(event.output))
        else open.settle.reject(fromFailure(event.failure))
        return
      }
      case 'Patched':
        // The iteration that asked may have ended, and then its body is not run again.
        if (event.within === undefined && !this.#patchesAsked.has(event.id)) throw this.#mismatch(`the mark of patched('${event.id}')`)
        return
      case 'AttributesSet':
        if (this.#notes[0]?.type !== 'AttributesSet') throw this.#mismatch('AttributesSet')
        this.#notes.shift()
        return
      case 'StopRequested':
        this.#cancelledBy = 'stop'
        this.cancel(this.root, new Cancelled(event.reason))
        return
      case 'TimedOut':
        this.#cancelledBy = 'timeout'
        this.cancel(this.root, new Cancelled(`the ${event.which} has reached its timeout`))
        return
      case 'ExecutionCompleted':
      case 'ExecutionFailed':
      case 'ExecutionStopped':
      case 'ExecutionTimedOut':
        // Compared as events: an output that cannot be written has failed the execution.
        if (!this.#completion || completionEvent(this.#completion, '', this.#setting.maxPayloadBytes).type !== event.type) throw this.#mismatch(event.type)
        return
      case 'ExecutionKilled':
        this.#completion = { killed: event.failure.message }
        return
      case 'ExecutionStarted':
      case 'ContinuedAsNew':
        throw this.#mismatch(`a second ${event.type}`)
    }
  }

  /**
   * Asks the conditions again, oldest first, until one is met: the program runs on with it before the next is asked, for it may
   * take what the others wait for. True if there was one.
   */
  settle(): boolean {
    if (this.#conditions.length === 0 || this.#completion) return false
    const at = this.#conditions.findIndex(({ predicate, settle }) => {
      try {
        if (!this.readOnly(predicate)) return false
        settle.resolve(true)
      } catch (error) {
        settle.reject(error)
      }
      return true
    })
    const [met] = at < 0 ? [] : this.#conditions.splice(at, 1)
    if (met?.timer !== undefined) this.#disarm(met.timer)
    return met !== undefined
  }

  /** Ends a replay: every open command is new, for they all need somebody to see to them. */
  reopen(): void {
    this.#ahead = 0
    this.#aborts = []
    this.#fresh = new Set(this.#open.values())
  }

  /** Steps that somebody has in hand already: they stay open, and are not asked for again. */
  withhold(commands: ReadonlySet<string>): void {
    for (const id of commands) {
      const open = this.#open.get(id)
      if (open?.kind === 'step') this.#fresh.delete(open)
    }
  }

  /** What the program asked for since the last call; `now` is the database's clock in ms. */
  collect(now: number): Collected {
    const events: HistoryEvent[] = [...this.#mailbox.collect()]
    this.#delivered += events.length
    if (this.#completion) {
      this.#fresh.clear()
      this.#conditions = []
      this.#mailbox.abandon(new Error(ENDED))
      // Patches asked for and attributes set on the way to the end stand before it; those of an iteration that nobody awaited
      // go with it.
      events.push(...this.#notes.splice(0).filter((note) => note.lane === undefined))
      return { events, commands: [], more: false }
    }
    if (this.#notes.length > 0) {
      this.#delivered += this.#notes.length
      events.push(...this.#notes.splice(0))
    }
    const commands: Command[] = this.#aborts.splice(0)
    let told: HistoryEvent | undefined
    const fresh = this.#fresh
    if (fresh.size > 0) {
      this.#fresh = new Set()
      for (const open of fresh) {
        const event = this.#collectOpen(open, now, commands, told !== undefined)
        if (!event) continue
        events.push(event)
        if (event.type === 'TimerStarted') this.#delivered++
        else told = event
      }
    }
    if (told) this.deliver(told, now)
    return { events, commands, more: told !== undefined }
  }

  takeAnswers(): readonly Answer[] {
    return this.#mailbox.takeAnswers()
  }

  /** Items for streams since the last call. */
  takePublished(): readonly Published[] {
    return this.#published.length === 0 ? NOTHING : this.#published.splice(0)
  }

  /** Whether a command that was collected is still to be performed: an outcome may have closed it, or its attempt be over. */
  wants(command: Command): boolean {
    if (command.kind === 'abort') return true
    if (this.#completion) return false
    const open = this.#open.get(command.id)
    if (command.kind === 'step') return open?.kind === 'step' && open.command.attempt === command.attempt
    if (command.kind === 'child') return open?.kind === 'child' && !open.isStarted
    return open?.kind === command.kind
  }

  /** Waits for nothing that Baton knows of, and has not ended: no event can ever wake it. */
  get isStuck(): boolean {
    return !this.#completion && this.#open.size === 0 && this.#conditions.length === 0 && !this.#behaviour.listens
  }

  /** The identities of the commands without an outcome, oldest first. */
  openCommands(): readonly string[] {
    return [...this.#open.keys()]
  }

  /** What an attempt had reported on a worker that is gone, if it is the attempt that is due; `at` is when, ms. */
  remember(command: string, { attempt, details, at }: { readonly attempt: number; readonly details: Encoded; readonly at: number }): void {
    const open = this.#open.get(command)
    // Of an earlier run the names of commands are the same, and its reports are older.
    if (open?.kind !== 'step' || open.command.attempt !== attempt || at < open.command.scheduledAt) return
    open.command = { ...open.command, details }
  }

  /** The steps without an outcome. */
  openSteps(): readonly StepCommand[] {
    return [...this.#open.values()].flatMap((open) => (open.kind === 'step' ? [open.command] : []))
  }

  /** The attempt of an open step that is due or under way. */
  stepOf(command: string): { readonly attempt: number } | undefined {
    const open = this.#open.get(command)
    return open?.kind === 'step' ? open.command : undefined
  }

  /** What it waits for, oldest first. */
  waits(): readonly { readonly kind: Open['kind'] | 'condition'; readonly command: string | undefined; readonly dueAt?: number; readonly attempt?: number; readonly execution?: string }[] {
    const waits = [...this.#open.values()].map((open) => ({
      kind: open.kind,
      command: open.id,
      ...(open.kind === 'timer' && open.dueAt !== undefined ? { dueAt: open.dueAt } : {}),
      ...(open.kind === 'step' ? { attempt: open.command.attempt } : {}),
      ...(open.kind === 'step' && open.command.notBefore > 0 ? { dueAt: open.command.notBefore } : {}),
      ...(open.kind === 'child' ? { execution: open.command.execution } : {}),
    }))
    return [...waits, ...this.#conditions.map(() => ({ kind: 'condition' as const, command: undefined }))]
  }

  /** Children that are open, with what is to become of them when this execution ends. */
  openChildren(): readonly { readonly execution: string; readonly policy: 'stop' | 'kill' | 'abandon' }[] {
    const children: { execution: string; policy: 'stop' | 'kill' | 'abandon' }[] = []
    for (const open of this.#open.values()) if (open.kind === 'child') children.push({ execution: open.command.execution, policy: open.command.policy })
    return children
  }

  /** The name of the log of a forEach iteration, another in each run. */
  laneOf(iteration: string): string {
    const { run = 1 } = this.#start
    return run === 1 ? iteration : `${iteration}@${run}`
  }

  /**
   * Answers a query from the program's state.
   *
   * @throws UnknownHandler; InvalidPayload; what the query throws; WrongContext if it asks for a command.
   */
  query(name: string, args: Encoded): unknown {
    return this.#forgiving(() => this.readOnly(() => this.#behaviour.query(name, argsOf(args))))
  }

  // ---- the program's side --------------------------------------------------------------------------------------------

  enter<R>(scope: Scope, act: () => R): R {
    return this.#setting.enter(scope, act)
  }

  /** Called by the program: a step is wanted. */
  step(definition: StepDefinition, args: readonly unknown[], scope = this.#here()): Promise<unknown> {
    let encoded: string | null
    try {
      encoded = args.length === 0 ? null : this.#encode(`The arguments of step '${definition.name}'`, args)
    } catch (error) {
      return refused(error)
    }
    return this.#stepWith(definition, encoded, scope)
  }

  #stepWith(step: StepDefinition, args: Encoded, scope: Scope): Promise<unknown> {
    return this.#issue(scope, step.name, (id, settle) => ({
      kind: 'step', id, scope, settle, failures: NO_FAILURES,
      command: { kind: 'step', id, step, args, attempt: 1, notBefore: 0, scheduledAt: this.#now },
    }))
  }

  /** Called by the program: a durable wait of `ms` is wanted. */
  sleep(ms: number, scope = this.#here()): Promise<void> {
    return this.#issue(scope, 'sleep', (id, settle) => ({ kind: 'timer', id, scope, ms, dueAt: undefined, settle })) as Promise<void>
  }

  sleepUntil(at: number, scope = this.#here()): Promise<void> {
    return this.sleep(Math.max(0, at - this.#now), scope)
  }

  condition(predicate: () => boolean, timeoutMs: number | undefined, scope = this.#here()): Promise<boolean> {
    const { cancellation } = scope
    if (cancellation) return refused(cancellation)
    try {
      if (this.readOnly(predicate)) return Promise.resolve(true)
    } catch (error) {
      return refused(error)
    }
    return quiet(new Promise<boolean>((resolve, reject) => {
      const settle: Settle = { resolve: resolve as (value: unknown) => void, reject }
      const timer = timeoutMs === undefined ? undefined : this.#timer(scope, 'condition', timeoutMs, () => {
        this.#conditions = this.#conditions.filter((each) => each !== condition)
        resolve(false)
      }, reject)
      const condition: Condition = { predicate, scope, settle, timer }
      this.#conditions.push(condition)
    }))
  }

  /** Runs `act`, and `late` once it has taken `ms`. */
  async within<R>(ms: number, scope: Scope, late: () => void, act: () => Promise<R>): Promise<R> {
    const timer = this.#timer(scope, 'timeout', ms, late, ignore)
    try {
      return await act()
    } finally {
      this.#disarm(timer)
    }
  }

  patched(id: string, scope: Scope): boolean {
    if (this.#readOnly > 0) return this.#patches.has(id)
    this.#patchesAsked.add(id)
    if (this.#patches.has(id)) return true
    // The first answer holds: what is asked again, as in a loop, is not to change in the middle.
    if (this.#ahead > 0) this.#passed.add(id)
    if (this.#passed.has(id)) return false
    this.#patches.add(id)
    // In the main log, wherever it was asked: the log of an iteration is not read any more once that has ended.
    this.#notes.push(scope.lane === undefined ? { type: 'Patched', id } : { type: 'Patched', id, within: scope.lane })
    return true
  }

  deprecatePatch(id: string): void {
    this.#patchesAsked.add(id)
  }

  setAttributes(attributes: Readonly<Record<string, unknown>>, scope: Scope): void {
    this.#assertWritable('setAttributes()')
    if (this.#completion) return
    this.#notes.push(placed({ type: 'AttributesSet', attributes: this.#encode('The attributes', attributes) }, scope))
  }

  publish(stream: string, value: unknown, scope: Scope): void {
    this.#assertWritable('publish()')
    const encoded = encode(`An item of stream '${stream}'`, value, MAX_ITEM_BYTES)
    const key = scope.identify(`publish:${stream}`)
    // What was published before the last event of the log was committed with it; the rest may be, and its key tells.
    if (this.#ahead === 0) this.#published.push({ stream, key, value: encoded })
  }

  /** Lines are of the moment: in a replay there are none. */
  log(level: LogLevel, message: string, fields: LogFields): void {
    if (this.#ahead === 0) this.#setting.log(level, message, fields)
  }

  startChild(request: ChildRequest, scope: Scope): Promise<StartedChild> {
    const { workflow, version, queue, policy, priority } = { ...request, policy: request.parentClosePolicy }
    let input: Encoded
    try {
      input = this.#encode(`The input of child workflow '${workflow}'`, request.input)
    } catch (error) {
      return refused(error)
    }
    let execution = ''
    let started: Settle = { resolve: ignore, reject: ignore }
    const isStarted = quiet(new Promise<unknown>((resolve, reject) => {
      started = { resolve, reject }
    }))
    const result = this.#issue(scope, `child:${workflow}`, (id, settle) => {
      execution = request.id ?? this.#childId(id)
      const command = { kind: 'child' as const, id, execution, workflow, version, queue, input, priority, policy }
      return { kind: 'child', id, scope, settle, command, started, isStarted: false, stopping: false }
    })
    if (execution === '') return result as Promise<never> // it was refused
    return isStarted.then(() => ({ executionId: execution, result: () => result }))
  }

  token(name: string, scope: Scope): Promise<TokenWait> {
    let issued: Settle = { resolve: ignore, reject: ignore }
    const isIssued = quiet(new Promise<unknown>((resolve, reject) => {
      issued = { resolve, reject }
    }))
    let command: string | undefined
    const completed = this.#issue(scope, `token:${name}`, (id, settle) => {
      command = id
      return { kind: 'token', id, scope, settle, issued, token: undefined }
    }) as Promise<{ value: unknown }>
    if (command === undefined) return completed as Promise<never>
    const wait: TokenWait['wait'] = (timeoutMs) => {
      if (timeoutMs === undefined) return completed
      return quiet(new Promise((resolve, reject) => {
        const timer = this.#timer(scope, 'token-timeout', timeoutMs, () => resolve(undefined), reject)
        completed.then(
          (value) => {
            this.#disarm(timer)
            resolve(value)
          },
          (error: unknown) => {
            this.#disarm(timer)
            reject(error)
          },
        )
      }))
    }
    return isIssued.then((token) => ({ token: String(token), wait }))
  }

  signal(execution: string, name: string, args: readonly unknown[], scope: Scope): Promise<void> {
    let encoded: Encoded
    try {
      encoded = args.length === 0 ? null : this.#encode(`What is sent with signal '${name}'`, args)
    } catch (error) {
      return refused(error)
    }
    return this.#message(scope, `signal:${name}`, execution, { kind: 'signal', name, args: encoded })
  }

  stopOther(execution: string, reason: string, scope: Scope): Promise<void> {
    return this.#message(scope, 'stop', execution, { kind: 'stop', reason })
  }

  #message(scope: Scope, name: string, execution: string, message: MessageCommand['message']): Promise<void> {
    return this.#issue(scope, name, (id, settle) => ({
      kind: 'message', id, scope, settle, command: { kind: 'message', id, execution, message },
    })) as Promise<void>
  }

  /** Runs an iteration of a forEach in a log of its own; its result once that stands in the log of `scope`. */
  iterate(scope: Scope, path: string, body: (lane: Scope) => Promise<unknown>): Promise<unknown> {
    const { cancellation } = scope
    if (cancellation) return refused(cancellation)
    const lane = scope.inner({ path: `${path}/`, lane: this.laneOf(path) })
    return quiet(new Promise<unknown>((resolve, reject) => {
      const open: OpenIteration = { kind: 'iteration', id: path, scope, lane, settle: { resolve, reject } }
      this.#open.set(path, open)
      if (this.#endedIterations.has(path)) return // its end is on its way
      const end = (ended: NonNullable<OpenIteration['ended']>): void => {
        open.ended = ended
        open.undo = lane.ledger
        if (this.#open.get(path) === open) this.#fresh.add(open)
      }
      this.enter(lane, () => body(lane)).then((output) => end({ output }), (error: unknown) => end({ error }))
    }))
  }

  /** Undoes the completed steps of a scope's log, the last one first; the errors of those that could not be undone. */
  async compensate(scope = this.root): Promise<readonly { readonly step: string; readonly error: unknown }[]> {
    const { ledger } = scope
    const failures: { step: string; error: unknown }[] = []
    const shield = scope.inner({ path: `${scope.path}compensate/`, shielded: true })
    for (let undo = ledger.pop(); undo; undo = ledger.pop()) {
      const { step, args, output } = undo
      const definition = this.#behaviour.step(step)
      if (!definition) continue // the class was checked when it was defined
      try {
        await this.step(definition, [decode(output), ...argsOf(args)], shield)
      } catch (error) {
        failures.push({ step, error })
      }
    }
    return failures
  }

  /** Whether there is anything to undo. */
  get hasUndo(): boolean {
    return this.root.ledger.length > 0
  }

  /** Cancels a scope: what is open in it and not shielded from it is told so. */
  cancel(scope: Scope, error: Cancelled): void {
    scope.cancel(error)
    for (const open of this.#open.values()) {
      const { cancellation } = open.scope
      if (cancellation) this.#cancelOpen(open, cancellation)
    }
    this.#conditions = this.#conditions.filter(({ scope: where, settle }) => {
      if (!where.cancellation) return true
      settle.reject(where.cancellation)
      return false
    })
  }

  // ---- within --------------------------------------------------------------------------------------------------------

  #here(): Scope {
    return this.#setting.current(this) ?? this.root
  }

  #childId(command: string): string {
    const { run = 1 } = this.#start
    const id = `${this.id}/${run === 1 ? '' : `${run}/`}${command}`
    return id.length <= 200 ? id : this.root.uuid()
  }

  #failed(error: unknown): Completion {
    if (error instanceof ContinueAsNew) return this.#continued(error.input)
    return { error, by: isCancelled(error) ? this.#cancelledBy : undefined }
  }

  /** A signal's handler has failed, and with it the execution: the program is cancelled, so that it cleans up. */
  #handlerFailed(error: unknown): void {
    if (isCancelled(error) && this.root.cancellation) return // as the program was told too
    this.#handlerError ??= { error }
    this.cancel(this.root, new Cancelled('a signal handler failed', { cause: error }))
  }

  #continued(input: unknown): Completion {
    const { run = 1, since = this.#startedAt, ...start } = this.#start
    try {
      const encoded = this.#encode('The input of continueAsNew()', input)
      return { input: encoded, start: { ...start, run: run + 1, since, seen: [...this.#mailbox.carried()] } }
    } catch (error) {
      return { error }
    }
  }

  #encode(what: string, value: unknown): Encoded {
    return encode(what, value, this.#setting.maxPayloadBytes)
  }

  /** Runs a handler of the class, in the execution's outermost scope. */
  async #handle(act: () => unknown): Promise<unknown> {
    return this.enter(this.root, act)
  }

  #decideUpdate(id: string, name: string, args: Encoded): HistoryEvent | undefined {
    if (this.#mailbox.knows(id)) return undefined
    try {
      this.#forgiving(() => this.readOnly(() => this.#behaviour.validate(name, argsOf(args))))
    } catch (error) {
      this.#mailbox.reject(id, error)
      return undefined
    }
    return { type: 'UpdateAccepted', id, name, args }
  }

  #decideCommand(open: Open, input: Exclude<Input, { kind: 'signal' | 'update' | 'stop' | 'kill' | 'expired' }>, now: number): HistoryEvent | undefined {
    const { command } = input
    switch (input.kind) {
      case 'completed':
      case 'failed':
        return open.kind === 'step' ? this.#decideStep(open, input, now) : undefined
      case 'deadline':
        return open.kind === 'step' ? decideDeadline(open, now) : undefined
      case 'timer':
        return open.kind === 'timer' ? { type: 'TimerFired', command } : undefined
      case 'child-started':
        return open.kind === 'child' && !open.isStarted ? { type: 'ChildStarted', command, execution: input.execution } : undefined
      case 'child-refused':
        return open.kind === 'child' && !open.isStarted ? { type: 'ChildStartFailed', command, failure: input.failure } : undefined
      case 'child-completed':
        return open.kind === 'child' ? { type: 'ChildCompleted', command, output: input.output } : undefined
      case 'child-failed':
        return open.kind === 'child' ? { type: 'ChildFailed', command, failure: input.failure } : undefined
      case 'delivered':
        return open.kind === 'message' ? { type: 'MessageDelivered', command } : undefined
      case 'undelivered':
        return open.kind === 'message' ? { type: 'MessageFailed', command, failure: input.failure } : undefined
      case 'token':
        return isToken(open, input.token) ? { type: 'TokenCompleted', command, output: input.output } : undefined
      case 'token-failed':
        return isToken(open, input.token) ? { type: 'TokenFailed', command, failure: input.failure } : undefined
    }
  }

  #decideStep(open: OpenStep, input: StepOutcome, now: number): HistoryEvent | undefined {
    const { command, attempt } = input
    if (open.command.attempt !== attempt) return undefined
    if (input.kind === 'completed') return { type: 'StepCompleted', command, output: input.output }
    if (open.cancelled) return { type: 'StepFailed', command, attempts: attempt, failure: toFailure(open.cancelled) }
    const counts = countFailure(open.failures, input.failure)
    const delay = delayAfter(open.command.step.retry, counts, input.failure, `${this.id}/${command}/${attempt}`)
    const { failure, details } = input
    const retryAt = delay === undefined ? undefined : now + delay
    // An attempt that could only begin when the step's time is up is not waited for.
    if (retryAt === undefined || retryAt >= (endDeadline(open.command) ?? Number.POSITIVE_INFINITY)) {
      return { type: 'StepFailed', command, attempts: attempt, failure }
    }
    return { type: 'StepRetrying', command, attempt, retryAt, failure, ...(details === undefined ? {} : { details }) }
  }

  /** The event that an open command needs in the log before it is performed; at most one of those that tell the program. */
  #collectOpen(open: Open, now: number, commands: Command[], told: boolean): HistoryEvent | undefined {
    switch (open.kind) {
      case 'step':
        commands.push(open.cancelled ? { kind: 'abort', id: open.id, what: 'step', waits: true } : open.command)
        return undefined
      case 'timer': {
        const isNew = open.dueAt === undefined
        open.dueAt ??= now + open.ms
        commands.push({ kind: 'timer', id: open.id, dueAt: open.dueAt })
        return isNew ? placed({ type: 'TimerStarted', command: open.id, dueAt: open.dueAt }, open.scope) : undefined
      }
      case 'child':
        if (open.stopping) commands.push({ kind: 'abort', id: open.id, what: 'child', waits: true, execution: open.command.execution })
        if (!open.isStarted) commands.push(open.command)
        return undefined
      case 'message':
        commands.push(open.command)
        return undefined
      case 'token':
        if (open.token !== undefined) return undefined
        if (told) {
          this.#fresh.add(open) // one at a time (X5)
          return undefined
        }
        return placed({ type: 'TokenIssued', command: open.id, token: this.#setting.mint(open.id) }, open.scope)
      case 'iteration':
        if (!open.ended) return undefined
        if (told) {
          this.#fresh.add(open)
          return undefined
        }
        return placed(iterationEvent(open, open.ended, this.#setting.maxPayloadBytes), open.scope)
    }
  }

  #timer(scope: Scope, name: string, ms: number, fired: () => void, reject: (error: unknown) => void): string {
    const id = scope.identify(name)
    const timer: OpenTimer = { kind: 'timer', id, scope, ms, dueAt: undefined, settle: { resolve: fired, reject } }
    this.#open.set(id, timer)
    this.#fresh.add(timer)
    return id
  }

  #disarm(id: string): void {
    const open = this.#open.get(id)
    if (open?.kind === 'timer') this.#drop(open)
  }

  #drop(open: Open): void {
    this.#open.delete(open.id)
    const performed = !this.#fresh.delete(open)
    if (open.kind === 'timer' && performed) this.#aborts.push({ kind: 'abort', id: open.id, what: 'timer', waits: false })
  }

  /** What an iteration that has ended left open is nobody's: its log is closed, and a replay does not run its body. */
  #abandon(iteration: string): void {
    const left = ({ path }: Scope): boolean => path.startsWith(`${iteration}/`) || path.startsWith(`${iteration}~`)
    for (const open of this.#open.values()) {
      if (!left(open.scope)) continue
      const { id } = open
      const performed = !this.#fresh.has(open)
      this.#drop(open)
      if (open.kind === 'step' && performed) this.#aborts.push({ kind: 'abort', id, what: 'step', waits: false })
      if (open.kind === 'child' && performed && open.command.policy !== 'abandon') {
        this.#aborts.push({ kind: 'abort', id, what: 'child', waits: false, execution: open.command.execution })
      }
    }
    this.#conditions = this.#conditions.filter(({ scope }) => !left(scope))
  }

  #cancelOpen(open: Open, error: Cancelled): void {
    switch (open.kind) {
      case 'iteration':
        return // what is open in it is cancelled by itself, and then it ends
      case 'step': {
        if (open.command.step.cancellation === 'wait') {
          if (open.cancelled) return
          open.cancelled = error
          this.#fresh.add(open)
          return
        }
        const performed = !this.#fresh.has(open)
        this.#drop(open)
        if (performed && open.command.step.cancellation !== 'abandon') this.#aborts.push({ kind: 'abort', id: open.id, what: 'step', waits: false })
        open.settle.reject(error)
        return
      }
      case 'child':
        if (open.command.policy === 'abandon' || (!open.isStarted && this.#fresh.has(open))) {
          this.#drop(open)
          open.started.reject(error)
          open.settle.reject(error)
          return
        }
        if (open.stopping) return
        open.stopping = true
        this.#fresh.add(open)
        return
      case 'token':
        this.#drop(open)
        open.issued.reject(error)
        open.settle.reject(error)
        return
      default:
        this.#drop(open)
        open.settle.reject(error)
    }
  }

  #noteUndo({ command, scope }: OpenStep, output: Encoded): void {
    const { compensate } = command.step
    if (compensate !== undefined) scope.ledger.push({ step: compensate, args: command.args, output })
  }

  #issue(scope: Scope, name: string, make: (id: string, settle: Settle) => Open): Promise<unknown> {
    const { cancellation } = scope
    if (cancellation) return refused(cancellation)
    this.#assertWritable(`'${name}'`)
    const id = scope.identify(name)
    const promise = new Promise<unknown>((resolve, reject) => {
      const open = make(id, { resolve, reject })
      this.#open.set(id, open)
      this.#fresh.add(open)
    })
    // A step that nobody awaits may fail; that is the author's choice, not the process's end.
    promise.catch(ignore)
    return promise
  }

  /** Runs code that may look and not touch: a query, a validator, a condition. */
  readOnly<R>(act: () => R): R {
    this.#readOnly++
    try {
      return this.enter(this.root, act)
    } finally {
      if (--this.#readOnly === 0) this.#aside = undefined
    }
  }

  /** Runs code whose error goes to who asked, and whose violations are no concern of the log's: a query, a validator. */
  #forgiving<R>(act: () => R): R {
    const before = this.#violation
    try {
      return act()
    } finally {
      this.#violation = before
    }
  }

  #assertWritable(what: string): void {
    if (this.#readOnly > 0) throw new WrongContext(`${what} was asked for in a query, a validator or a condition, which may only look.`)
  }

  #expect<K extends Open['kind']>(event: HistoryEvent & { readonly command: string }, kind: K): Extract<Open, { kind: K }> {
    const open = this.#open.get(event.command)
    // A program that has ended waits for nothing, though steps it gave up may still be open (X3).
    if (this.#completion || !open || open.kind !== kind) throw this.#mismatch(`${event.type} of '${event.command}'`)
    return open as Extract<Open, { kind: K }>
  }

  #close<K extends Open['kind']>(event: HistoryEvent & { readonly command: string }, kind: K): Extract<Open, { kind: K }> {
    const open = this.#expect(event, kind)
    this.#open.delete(event.command)
    this.#fresh.delete(open)
    return open
  }

  #mismatch(expected: string): HistoryMismatch {
    const actual = this.#completion ? ['nothing: it has ended'] : this.openCommands().slice(0, 20)
    return new HistoryMismatch({ seq: this.#delivered, expected, actual })
  }
}

const NOTHING: readonly Published[] = []

/** Events that say what the program did; the program's clock does not move by them. */
function tellsNothing({ type }: HistoryEvent): boolean {
  return type === 'TimerStarted' || type === 'Patched' || type === 'AttributesSet' || type === 'UpdateCompleted' || type === 'UpdateFailed'
}

function placed(event: HistoryEvent, { lane }: Scope): HistoryEvent {
  return lane === undefined ? event : { ...event, lane }
}

function isToken(open: Open, token: string): open is OpenToken {
  return open.kind === 'token' && open.token === token
}

function iterationEvent({ id, undo = [] }: OpenIteration, ended: NonNullable<OpenIteration['ended']>, maxPayloadBytes?: number): HistoryEvent {
  const more = undo.length > 0 ? { undo: undo as readonly Undo[] } : {}
  if ('error' in ended) return { type: 'IterationFailed', command: id, failure: toFailure(ended.error), ...more }
  try {
    return { type: 'IterationCompleted', command: id, output: encode(`The result of '${id}'`, ended.output, maxPayloadBytes), ...more }
  } catch (error) {
    return { type: 'IterationFailed', command: id, failure: toFailure(error), ...more }
  }
}

function decideDeadline({ command, failure }: OpenStep, now: number): HistoryEvent | undefined {
  const { id, step, attempt, notBefore } = command
  if (step.totalTimeoutMs === undefined) return undefined
  const late = toFailure(new StepTimedOut(step.name, step.totalTimeoutMs, 'total'))
  const begun = notBefore > now ? attempt - 1 : attempt
  return { type: 'StepFailed', command: id, attempts: begun, failure: failure ? { ...late, cause: failure } : late }
}

function stepFailed(event: { readonly command: string; readonly attempts: number; readonly failure: Failure }): StepFailed {
  return new StepFailed(stepName(event.command), event.attempts, fromFailure(event.failure))
}

/** The step's name in a command's identity: `items[3]/pack#2` is of `pack`. */
function stepName(command: string): string {
  const last = command.slice(command.lastIndexOf('/') + 1)
  const hash = last.indexOf('#')
  return hash < 0 ? last : last.slice(0, hash)
}

function argsOf(args: Encoded): readonly unknown[] {
  return (decode(args) as readonly unknown[] | undefined) ?? []
}

function refused(why: unknown): Promise<never> {
  return quiet(Promise.reject(why))
}

/** Nobody need await it: what it fails with is the author's to look at, not the process's end. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore)
  return promise
}

function ignore(): void {}
