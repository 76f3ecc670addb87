// Owns: what the program asked for and has no outcome yet; which of it is new, and what is not wanted any more.
import type { Cancelled } from '@baton/sdk'
import type { Encoded } from '../payload/codec.ts'
import type { AbortCommand, Command, StepCommand } from './command.ts'
import type { HistoryEvent } from './history-event.ts'
import { iterationEvent } from './iteration-event.ts'
import type { Open, OpenTimer } from './open.ts'
import { placed } from './placed.ts'
import type { Region } from './region.ts'
import type { Setting } from './setting.ts'

/** What is new among the open commands. */
interface Fresh {
  readonly events: readonly HistoryEvent[]
  readonly commands: readonly Command[]
  /** One of the events, which the program is to be told at once. */
  readonly told: HistoryEvent | undefined
}

/** Something an execution waits for. */
export interface Waits {
  readonly kind: Open['kind'] | 'condition'
  readonly command: string | undefined
  readonly dueAt?: number
  readonly attempt?: number
  readonly execution?: string
}

/** What of the setting the events of commands need. */
type Surroundings = Pick<Setting, 'mint' | 'maxPayloadBytes'>

const NOTHING: readonly never[] = []

interface OpenChildOf {
  readonly execution: string
  readonly policy: 'stop' | 'kill' | 'abandon'
}

export class OpenCommands {
  readonly #open = new Map<string, Open>()
  /** What is to be collected: open commands only, each once, for an input may come before they were collected. */
  readonly #fresh = new Set<Open>()
  #aborts: AbortCommand[] = []

  get size(): number {
    return this.#open.size
  }

  ids(): readonly string[] {
    return [...this.#open.keys()]
  }

  get(id: string): Open | undefined {
    return this.#open.get(id)
  }

  add(open: Open): void {
    this.#open.set(open.id, open)
    this.#fresh.add(open)
  }

  /** Adds one that there is nothing to be done for yet. */
  addQuietly(open: Open): void {
    this.#open.set(open.id, open)
  }

  /** There is something new to be done for it. */
  renew(open: Open): void {
    if (this.#open.get(open.id) === open) this.#fresh.add(open)
  }

  /** There is nothing to be done for it, for now. */
  rest(open: Open): void {
    this.#fresh.delete(open)
  }

  /** Its outcome has come. */
  close(open: Open): void {
    this.#open.delete(open.id)
    this.#fresh.delete(open)
  }

  clearFresh(): void {
    if (this.#fresh.size > 0) this.#fresh.clear()
  }

  // ---- timers --------------------------------------------------------------------------------------------------------

  /** Opens a timer that is no promise of the program's; its identity. */
  timer(scope: Region, name: string, ms: number, settle: { readonly fired: () => void; readonly cancelled: (error: unknown) => void }): string {
    const id = scope.identify(name)
    const timer: OpenTimer = { kind: 'timer', id, scope, ms, dueAt: undefined, settle: { resolve: settle.fired, reject: settle.cancelled } }
    this.add(timer)
    return id
  }

  disarm(id: string): void {
    const open = this.#open.get(id)
    if (open?.kind === 'timer') this.#drop(open)
  }

  // ---- collecting ----------------------------------------------------------------------------------------------------

  collect(now: number, setting: Surroundings): Fresh {
    const commands: Command[] = this.#aborts.length === 0 ? [] : this.#aborts.splice(0)
    if (this.#fresh.size === 0) return { events: NOTHING, commands, told: undefined }
    const events: HistoryEvent[] = []
    for (const open of this.#fresh) {
      if (tells(open)) continue
      this.#fresh.delete(open)
      const event = collectOne(open, now, commands, setting)
      if (event) events.push(event)
    }
    // One at a time (X5), and behind all else: the end of an iteration closes its log.
    if (this.#fresh.size === 0) return { events, commands, told: undefined }
    const [telling] = this.#fresh
    if (!telling) return { events, commands, told: undefined }
    this.#fresh.delete(telling)
    const told = collectOne(telling, now, commands, setting)
    if (told) events.push(told)
    return { events, commands, told }
  }

  /** In a replay, before the next event: what is new now was collected then, but for what had to wait its turn to tell. */
  pass(): void {
    for (const open of this.#fresh) if (!tells(open)) this.#fresh.delete(open)
  }

  /** After a replay every open command is new, for they all need somebody to see to them. */
  reopen(): void {
    this.#aborts = []
    // Those that have something to tell stay in the order in which they came to it: the log has it from there.
    const telling: Open[] = []
    for (const open of this.#fresh) if (tells(open)) telling.push(open)
    this.#fresh.clear()
    for (const open of this.#open.values()) if (!tells(open)) this.#fresh.add(open)
    for (const open of telling) this.#fresh.add(open)
  }

  /** Steps that somebody has in hand already: they stay open, and are not asked for again. */
  withhold(commands: ReadonlySet<string>): void {
    for (const id of commands) {
      const open = this.#open.get(id)
      if (open?.kind === 'step') this.#fresh.delete(open)
    }
  }

  /** Whether a command that was collected is still to be performed: an outcome may have closed it, or its attempt be over. */
  wants(command: Command): boolean {
    if (command.kind === 'abort') return true
    const open = this.#open.get(command.id)
    if (command.kind === 'step') return open?.kind === 'step' && open.command.attempt === command.attempt
    if (command.kind === 'child') return open?.kind === 'child' && !open.isStarted
    return open?.kind === command.kind
  }

  // ---- what is not wanted any more -----------------------------------------------------------------------------------

  /** A step that has failed in the log may still run. */
  abortStep(id: string): void {
    this.#abort(id, 'step')
  }

  /** Tells what is open in cancelled scopes. */
  cancel(): void {
    for (const open of this.#open.values()) {
      const { cancellation } = open.scope
      if (cancellation) this.#cancelOne(open, cancellation)
    }
  }

  /** What a scope that matches left open is nobody's. */
  abandon(matches: (scope: Region) => boolean): void {
    for (const open of this.#open.values()) {
      if (!matches(open.scope)) continue
      const performed = !this.#fresh.has(open)
      this.#drop(open)
      if (open.kind === 'step' && performed) this.#abort(open.id, 'step')
      if (open.kind === 'child' && performed && open.command.policy !== 'abandon') this.#abort(open.id, 'child', open.command.execution)
    }
  }

  #cancelOne(open: Open, error: Cancelled): void {
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
        if (performed && open.command.step.cancellation !== 'abandon') this.#abort(open.id, 'step')
        open.settle.reject(error)
        return
      }
      case 'child':
        if (open.stopping) return
        if (open.command.policy === 'abandon' || (!open.isStarted && this.#fresh.has(open))) {
          this.#drop(open)
          open.started.reject(error)
          open.settle.reject(error)
          return
        }
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

  #drop(open: Open): void {
    this.#open.delete(open.id)
    const performed = !this.#fresh.delete(open)
    if (open.kind === 'timer' && performed) this.#abort(open.id, 'timer')
  }

  #abort(id: string, what: AbortCommand['what'], execution?: string): void {
    this.#aborts.push({ kind: 'abort', id, what, waits: false, execution })
  }

  // ---- for those who ask ---------------------------------------------------------------------------------------------

  /**
   * The promises of what may have to be undone once it has ended: steps that know how, and iterations that were cancelled. What is
   * within an iteration is that one's: it may leave it to itself, and then its promise is never settled.
   */
  undoable(): readonly Promise<unknown>[] {
    return [...this.#open.values()].flatMap((open) => {
      if (open.scope.lane !== undefined) return []
      const waited = open.kind === 'step' ? open.command.step.compensate !== undefined : open.kind === 'iteration' && open.scope.cancellation !== undefined
      return waited && open.promise ? [open.promise] : []
    })
  }

  /** The steps without an outcome. */
  steps(): readonly StepCommand[] {
    return [...this.#open.values()].flatMap((open) => (open.kind === 'step' ? [open.command] : []))
  }

  /** The attempt of an open step that is due or under way. */
  attemptOf(id: string): number | undefined {
    const open = this.#open.get(id)
    return open?.kind === 'step' ? open.command.attempt : undefined
  }

  /** What an attempt had reported on a worker that is gone, if it is the attempt that is due; `at` is when, ms. */
  remember(id: string, { attempt, details, at }: { readonly attempt: number; readonly details: Encoded; readonly at: number }): void {
    const open = this.#open.get(id)
    // A report is not about a command that was asked for after it.
    if (open?.kind !== 'step' || open.command.attempt !== attempt || at < open.command.scheduledAt) return
    open.command = { ...open.command, details }
  }

  /** Children that are open, with what is to become of them when this execution ends. */
  children(): readonly OpenChildOf[] {
    if (this.#open.size === 0) return NOTHING
    return [...this.#open.values()].flatMap((open) => (open.kind === 'child' ? [{ execution: open.command.execution, policy: open.command.policy }] : []))
  }

  waits(): readonly Waits[] {
    return [...this.#open.values()].map((open) => ({
      kind: open.kind,
      command: open.id,
      ...(open.kind === 'timer' && open.dueAt !== undefined ? { dueAt: open.dueAt } : {}),
      ...(open.kind === 'step' ? { attempt: open.command.attempt } : {}),
      ...(open.kind === 'step' && open.command.notBefore > 0 ? { dueAt: open.command.notBefore } : {}),
      ...(open.kind === 'child' ? { execution: open.command.execution } : {}),
    }))
  }
}

/** Whether what it needs in the log tells the program something. */
function tells(open: Open): boolean {
  return (open.kind === 'token' && open.token === undefined) || (open.kind === 'iteration' && open.ended !== undefined)
}

/** The event that an open command needs in the log before it is performed. */
function collectOne(open: Open, now: number, commands: Command[], setting: Surroundings): HistoryEvent | undefined {
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
      return open.token === undefined ? placed({ type: 'TokenIssued', command: open.id, token: setting.mint(open.id) }, open.scope) : undefined
    case 'iteration':
      return open.ended ? placed(iterationEvent(open, open.ended, setting.maxPayloadBytes), open.scope) : undefined
  }
}
