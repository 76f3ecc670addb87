// Owns: the state of one execution as its log and its program make it: which commands are open, which are new, how it ended.
// Does not own: I/O, the clock, randomness, the workflow instance, when microtasks run. The driver delivers one event, lets
// the program run to its next suspension, settles conditions, and only then delivers the next.
//
// Invariants
//  X1  Delivering the same events in the same order issues the same commands (G7).
//  X2  An open command is closed by exactly one event; an input for a command that is not open becomes no event (G2).
//  X3  After `completion` is set no event but the terminal one is produced, and before it the marks and attributes until then.
//  X4  A command's identity depends on its run, scope, name and occurrence there, never on its place in the log.
//  X5  What the program learns from an event it learns when that is delivered, live as in a replay: one event, one drain.
import { Cancelled, CompensationFailed, isCancelled } from '@baton/sdk'
import { ContinueAsNew, type StepDefinition } from '@baton/sdk/host'
import { encode, type Encoded } from '../payload/codec.ts'
import { argsOf } from './args.ts'
import { type Behaviour, noBehaviour } from './behaviour.ts'
import type { Command } from './command.ts'
import { type Completion, completionEvent } from './completion.ts'
import type { Collected } from './collected.ts'
import { Conditions } from './conditions.ts'
import { decideCommand } from './decide-command.ts'
import { deliverCommand } from './deliver-command.ts'
import type { Foreseen } from './foreseen.ts'
import type { HistoryEvent } from './history-event.ts'
import { tellsNothing } from './tells-nothing.ts'
import { HistoryMismatch } from './history-mismatch.ts'
import type { Input } from './input.ts'
import type { Inside } from './inside.ts'
import { type Answer, Mailbox } from './mailbox.ts'
import { Notes, type Published } from './notes.ts'
import { OpenCommands, type Waits } from './open-commands.ts'
import { ReadOnly } from './read-only.ts'
import { afterEnd } from './promises.ts'
import type { Region } from './region.ts'
import { Requests } from './requests.ts'
import { type Deadline, RunIdentity } from './run-identity.ts'
import { Scope } from './scope.ts'
import { bareSetting, type Setting } from './setting.ts'
import { checkFlags } from './flags.ts'
import type { StartInfo } from './start-info.ts'

/** The program of an execution: calls `run` of the class, or walks the declared graph. */
export type Program = (execution: Execution, input: unknown) => Promise<unknown>

export class Execution implements Inside {
  readonly root: Region
  readonly setting: Setting
  /** What it waits for from outside. */
  readonly commands = new OpenCommands()
  readonly conditions = new Conditions()
  readonly readOnly = new ReadOnly()
  readonly notes: Notes
  /** What the program asks for. */
  readonly requests: Requests
  /** Iterations that the log has the end of. */
  #endedIterations: Set<string> | undefined
  #run: RunIdentity
  #mailbox: Mailbox
  #behaviour: Behaviour = noBehaviour
  #violation: Error | undefined
  /** Events of the main log: a replay does not read those of iterations that have ended. */
  #delivered = 0
  /** Events of the log are still to be delivered. */
  #replaying = false
  /** What has cancelled its outermost scope. */
  cancelledBy: 'stop' | 'timeout' | undefined
  /** The error of a signal's handler: the execution fails with it, whatever `run` comes to. */
  handlerError: { readonly error: unknown } | undefined
  #completion: Completion | undefined

  constructor(setting: Setting = bareSetting) {
    this.setting = setting
    this.#run = new RunIdentity(setting, {}, 0)
    this.#mailbox = new Mailbox()
    this.notes = new Notes(this)
    this.requests = new Requests(this)
    this.root = new Scope(this)
  }

  get id(): string {
    return this.setting.id
  }

  /** Set once the program has returned or thrown, or was killed. */
  get completion(): Completion | undefined {
    return this.#completion
  }

  /** The time of the event of the main log that was delivered last, ms. */
  get now(): number {
    return this.root.now()
  }

  /** What the program did that a replay cannot repeat: nothing of this turn may be written. */
  get violation(): Error | undefined {
    return this.#violation
  }

  violate(error: Error): void {
    this.#violation ??= error
  }

  /** Which run of which execution it is. */
  get run(): RunIdentity {
    return this.#run
  }

  /** When it, or this run of it, is to be over. */
  deadlines(): readonly Deadline[] {
    return this.cancelledBy || this.#completion ? [] : this.#run.deadlines()
  }

  // ---- the driver's side ---------------------------------------------------------------------------------------------

  /** What the log has that the program has yet to come to. */
  foresee({ patches, iterations }: Foreseen): void {
    for (const patch of patches) this.notes.foresee(patch)
    for (const iteration of iterations) (this.#endedIterations ??= new Set()).add(iteration)
  }

  /** Begins the program; it runs to its first suspension before this returns. */
  start(program: Program, input: unknown, start: StartInfo = {}, at = 0): void {
    checkFlags(start)
    this.#delivered = 1
    this.#run = new RunIdentity(this.setting, start, at)
    this.root.tick(at)
    if (start.seen) this.#mailbox = new Mailbox(start.seen)
    const succeeded = (output: unknown): Promise<void> => afterEnd(() => {
      this.#completion ??= this.handlerError ?? { output }
    })
    const failed = (error: unknown): Promise<void> => afterEnd(() => {
      this.#completion ??= (error instanceof CompensationFailed ? undefined : this.handlerError) ?? this.#failed(this.failureBy(error))
    })
    try {
      program(this, input).then(succeeded, failed)
    } catch (error) {
      void failed(error)
    }
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
        return this.cancelledBy ? undefined : { type: 'StopRequested', reason: input.reason }
      case 'expired':
        return this.cancelledBy ? undefined : { type: 'TimedOut', which: input.which }
      case 'kill':
        this.#completion = { killed: input.reason }
        return undefined
    }
    const open = this.commands.get(input.command)
    return open && decideCommand(open, input, now, this.id)
  }

  /**
   * Tells the program one event of the log; what it does about it happens in the microtasks that follow.
   *
   * @throws HistoryMismatch if the program does not wait for it.
   */
  deliver(event: HistoryEvent, at = event.at ?? 0): void {
    if (event.lane === undefined) this.#delivered++
    if (!tellsNothing(event)) this.#scopeOf(event)?.tick(Math.floor(at)) // whole ms, as the log keeps them
    switch (event.type) {
      case 'SignalReceived':
        this.#mailbox.took(event.id)
        this.#handle(() => this.#behaviour.signal(event.name, argsOf(event.args))).catch((error: unknown) => this.#handlerFailed(error))
        return
      case 'UpdateAccepted':
        this.#mailbox.accepted(event.id)
        this.#handle(() => this.#behaviour.update(event.name, argsOf(event.args))).then(
          (output) => this.#mailbox.finish(event.id, event.name, { output }, this.setting.maxPayloadBytes),
          (error: unknown) => this.#mailbox.finish(event.id, event.name, { error }),
        )
        return
      case 'UpdateCompleted':
      case 'UpdateFailed':
        if (!this.#mailbox.concluded(event.id, event)) throw this.mismatch(`the end of update '${event.id}'`)
        return
      case 'Patched':
        // The iteration that asked may have ended, and then its body is not run again.
        if (event.within === undefined && !this.notes.knows(event.id)) throw this.mismatch(`the mark of patched('${event.id}')`)
        return
      case 'AttributesSet':
        if (!this.notes.confirmAttributes()) throw this.mismatch('AttributesSet')
        return
      case 'StopRequested':
        this.cancelledBy = 'stop'
        this.requests.cancel(this.root, new Cancelled(event.reason))
        return
      case 'TimedOut':
        this.cancelledBy = 'timeout'
        this.requests.cancel(this.root, new Cancelled(`the ${event.which} has reached its timeout`))
        return
      case 'ExecutionCompleted':
      case 'ExecutionFailed':
      case 'ExecutionStopped':
      case 'ExecutionTimedOut':
        // Compared as events: an output that cannot be written has failed the execution.
        if (!this.#completion || completionEvent(this.#completion, '', this.setting.maxPayloadBytes).type !== event.type) throw this.mismatch(event.type)
        return
      case 'ExecutionKilled':
        this.#completion = { killed: event.failure.message }
        return
      case 'ExecutionStarted':
      case 'ContinuedAsNew':
        throw this.mismatch(`a second ${event.type}`)
      default:
        deliverCommand(this, event)
    }
  }

  /** Asks the conditions again; true if one was met, so that the program is to run on before anything else. */
  settle(): boolean {
    if (this.#completion || this.conditions.size === 0) return false
    return this.conditions.settle((predicate) => this.look(predicate), (timer) => this.commands.disarm(timer))
  }

  /** From now on the program runs over what the log has already. */
  beginReplay(): void {
    this.#replaying = true
  }

  /** The event that is delivered next is the last of the log: what the program does then is new. */
  catchUp(): void {
    this.#replaying = false
  }

  /** Ends a replay: every open command is new, for they all need somebody to see to them. */
  reopen(): void {
    this.commands.reopen()
  }

  /** What the program asked for since the last call; `now` is the database's clock in ms. */
  collect(now: number): Collected {
    const ends = this.#mailbox.collect()
    if (this.#completion) {
      this.commands.clearFresh()
      this.conditions.clear()
      this.#mailbox.abandon('The execution ended before the update did.')
      // Patches asked for and attributes set on the way to the end stand before it; those of an iteration that nobody awaited
      // go with it.
      const notes = this.notes.take()
      const events = notes.length === 0 ? ends : [...ends, ...notes.filter((note) => note.lane === undefined)]
      this.#delivered += events.length
      return { events, commands: [], more: false }
    }
    const { events: fresh, commands, told } = this.commands.collect(now, this.setting)
    const notes = this.notes.take()
    const events = ends.length === 0 && notes.length === 0 ? fresh : [...ends, ...notes, ...fresh]
    for (const event of events) if (event !== told && event.lane === undefined) this.#delivered++
    if (told) this.deliver(told, now)
    return { events, commands, more: told !== undefined }
  }

  takeAnswers(): readonly Answer[] {
    return this.#mailbox.takeAnswers()
  }

  /** Items for streams since the last call. */
  takePublished(): readonly Published[] {
    return this.notes.takePublished()
  }

  /** Whether a command that was collected is still to be performed: an outcome may have closed it, or its attempt be over. */
  wants(command: Command): boolean {
    return command.kind === 'abort' || (!this.#completion && this.commands.wants(command))
  }

  /** Waits for nothing that Baton knows of, and has not ended: no event can ever wake it. */
  get isStuck(): boolean {
    return !this.#completion && this.commands.size === 0 && this.conditions.size === 0 && !this.#behaviour.listens
  }

  /** The identities of the commands without an outcome, oldest first. */
  openCommands(): readonly string[] {
    return this.commands.ids()
  }

  /** What it waits for, oldest first. */
  waits(): readonly Waits[] {
    return [...this.commands.waits(), ...Array.from({ length: this.conditions.size }, () => ({ kind: 'condition' as const, command: undefined }))]
  }

  /**
   * Answers a query from the program's state.
   *
   * @throws UnknownHandler; InvalidPayload; what the query throws; WrongContext if it asks for a command.
   */
  query(name: string, args: Encoded): unknown {
    return this.#forgiving(() => this.look(() => this.#behaviour.query(name, argsOf(args))))
  }

  /** Runs code that may look and not touch: a query, a validator, a condition. */
  look<R>(act: () => R): R {
    return this.readOnly.run(() => this.enter(this.root, act))
  }

  // ---- the program's side --------------------------------------------------------------------------------------------

  enter<R>(scope: Region, act: () => R): R {
    return this.setting.enter(scope, act)
  }

  /** Called by the program: a step is wanted. */
  step(definition: StepDefinition, args: readonly unknown[]): Promise<unknown> {
    return this.requests.step(definition, args, this.#here())
  }

  #here(): Region {
    return this.setting.current(this) ?? this.root
  }

  // ---- its parts' side -------------------------------------------------------------------------------------------------

  get isLive(): boolean {
    return !this.#replaying
  }

  get historyLength(): number {
    return this.#delivered
  }

  encode(what: string, value: unknown): Encoded {
    return encode(what, value, this.setting.maxPayloadBytes)
  }

  hasEnded(iteration: string): boolean {
    return this.#endedIterations?.has(iteration) ?? false
  }

  stepNamed(name: string): StepDefinition | undefined {
    return this.#behaviour.step(name)
  }

  mismatch(expected: string): HistoryMismatch {
    const actual = this.#completion ? ['nothing: it has ended'] : this.openCommands().slice(0, 20)
    return new HistoryMismatch({ seq: this.#delivered, expected, actual })
  }

  // ---- within --------------------------------------------------------------------------------------------------------

  /** What the program has failed with: one that was asked to stop does not go on in another run, which would know nothing of it. */
  failureBy(thrown: unknown): unknown {
    return thrown instanceof ContinueAsNew && this.cancelledBy !== undefined ? this.root.cancellation : thrown
  }

  #failed(error: unknown): Completion {
    if (error instanceof ContinueAsNew) return this.#run.next(error.input, this.#mailbox.carried())
    return { error, by: isCancelled(error) ? this.cancelledBy : undefined }
  }

  /** A signal's handler has failed, and with it the execution: the program is cancelled, so that it cleans up. */
  #handlerFailed(error: unknown): void {
    if (isCancelled(error) && this.root.cancellation) return // as the program was told too
    this.handlerError ??= { error }
    this.requests.cancel(this.root, new Cancelled('a signal handler failed', { cause: error }))
  }

  /** Runs a handler of the class, in the execution's outermost scope. */
  async #handle(act: () => unknown): Promise<unknown> {
    return this.enter(this.root, act)
  }

  #decideUpdate(id: string, name: string, args: Encoded): HistoryEvent | undefined {
    if (this.#mailbox.knows(id)) return undefined
    try {
      this.#forgiving(() => this.look(() => this.#behaviour.validate(name, argsOf(args))))
    } catch (error) {
      this.#mailbox.reject(id, error)
      return undefined
    }
    return { type: 'UpdateAccepted', id, name, args }
  }

  /** Whose clock an event moves. */
  #scopeOf(event: HistoryEvent): Region | undefined {
    if (event.lane === undefined) return this.root
    return 'command' in event ? this.commands.get(event.command)?.scope : undefined
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
}
