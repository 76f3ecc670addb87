// Owns: where in an execution a piece of workflow code runs: the path that names its commands, the log they stand in, and
// whether it has been cancelled. The execution does everything; a scope says for whom.
import { Cancelled, type ExecutionInfo, type LogFields, type LogLevel } from '@baton/sdk'
import type {
  ChildRequest, ForEachOutcome, ForEachRequest, ScopeControl, StartedChild, TokenWait,
} from '@baton/sdk/host'
import { runForEach } from './for-each.ts'
import type { Undo } from './history-event.ts'
import type { Notes } from './notes.ts'
import type { Prng } from './prng.ts'
import type { Owner, Region, RegionOptions } from './region.ts'
import type { Requests } from './requests.ts'

/** What the scopes of an execution share. */
interface ScopeParts {
  readonly execution: Owner
  readonly requests: Requests
  readonly notes: Notes
  readonly enter: <R>(scope: Region, act: () => R) => R
  readonly info: () => ExecutionInfo
  /** What the identities of the run's commands begin with. */
  readonly runPath: () => string
  /** Randomness from the seed in the log; a lane has its own. */
  readonly seeded: (lane: string | undefined) => Prng
  /** Where code that only looks draws from. */
  readonly aside: () => Prng | undefined
}

export class Scope implements Region {
  readonly execution: Owner
  readonly lane: string | undefined
  /** Completed steps that can be undone, of this scope's log. */
  readonly ledger: Undo[]
  readonly #parts: ScopeParts
  readonly #parent: Scope | undefined
  readonly #path: string | undefined
  readonly #shielded: boolean
  readonly #occurrences: Map<string, number>
  /** Of its log: a replay does not run an iteration that has ended, and the others must not miss its draws. */
  readonly #draws: { prng?: Prng }
  /** Of its log as well, for the same reason. */
  readonly #clock: { now: number }
  #cancellation: Cancelled | undefined

  constructor(parts: ScopeParts, parent?: Scope, { path, lane, shielded = false }: RegionOptions = {}) {
    this.#parts = parts
    this.execution = parts.execution
    this.#parent = parent
    this.#shielded = shielded
    this.#path = path ?? parent?.path
    this.lane = lane ?? parent?.lane
    this.#occurrences = path === undefined && parent ? parent.#occurrences : new Map()
    this.ledger = lane === undefined && parent ? parent.ledger : []
    this.#draws = lane === undefined && parent ? parent.#draws : {}
    this.#clock = lane === undefined && parent ? parent.#clock : { now: 0 }
  }

  tick(at: number): void {
    this.#clock.now = Math.max(this.#clock.now, at)
  }

  get path(): string {
    return this.#path ?? this.#parts.runPath()
  }

  /** The identity of the next command of this name: path, name and occurrence. */
  identify(name: string): string {
    const occurrence = (this.#occurrences.get(name) ?? 0) + 1
    this.#occurrences.set(name, occurrence)
    return occurrence === 1 ? `${this.path}${name}` : `${this.path}${name}#${occurrence}`
  }

  /** Why nothing can be asked for here any more, if so. */
  get cancellation(): Cancelled | undefined {
    if (this.#cancellation) return this.#cancellation
    return this.#shielded ? undefined : this.#parent?.cancellation
  }

  /** Marks it and all that it does not shield; what is open there is the execution's to end. */
  cancel(error: Cancelled): void {
    this.#cancellation ??= error
  }

  /** A scope inside this one. */
  inner(options: RegionOptions): Scope {
    return new Scope(this.#parts, this, options)
  }

  get #prng(): Prng {
    const aside = this.#parts.aside()
    if (aside) return aside
    this.#draws.prng ??= this.#parts.seeded(this.lane)
    return this.#draws.prng
  }

  // ---- what workflow code asks for ------------------------------------------------------------------------------------

  get info(): ExecutionInfo {
    return this.#parts.info()
  }

  now(): number {
    const { now } = this.#clock
    return this.#parent ? Math.max(now, this.#parent.now()) : now
  }

  random(): number {
    return this.#prng.random()
  }

  uuid(): string {
    return this.#prng.uuid()
  }

  sleep(ms: number): Promise<void> {
    return this.#parts.requests.sleep(ms, this)
  }

  sleepUntil(at: number): Promise<void> {
    return this.#parts.requests.sleepUntil(at, this)
  }

  condition(predicate: () => boolean, timeoutMs: number | undefined): Promise<boolean> {
    return this.#parts.requests.condition(predicate, timeoutMs, this)
  }

  patched(id: string): boolean {
    return this.#parts.notes.patched(id, this)
  }

  deprecatePatch(id: string): void {
    this.#parts.notes.deprecatePatch(id)
  }

  startChild(request: ChildRequest): Promise<StartedChild> {
    return this.#parts.requests.startChild(request, this)
  }

  forEach(request: ForEachRequest): Promise<ForEachOutcome> {
    return runForEach(this.#parts.requests, this, request)
  }

  token(name: string): Promise<TokenWait> {
    return this.#parts.requests.token(name, this)
  }

  signal(executionId: string, name: string, args: readonly unknown[]): Promise<void> {
    return this.#parts.requests.signal(executionId, name, args, this)
  }

  stop(executionId: string, reason: string): Promise<void> {
    return this.#parts.requests.stop(executionId, reason, this)
  }

  setAttributes(attributes: Readonly<Record<string, unknown>>): void {
    this.#parts.notes.setAttributes(attributes, this)
  }

  publish(stream: string, value: unknown): void {
    this.#parts.notes.publish(stream, value, this)
  }

  log(level: LogLevel, message: string, fields: LogFields): void {
    this.#parts.notes.log(level, message, fields)
  }

  compensate(): ReturnType<Requests['compensate']> {
    return this.#parts.requests.compensate(this)
  }

  openScope({ shielded, timeoutMs }: { readonly shielded: boolean; readonly timeoutMs: number | undefined }): ScopeControl {
    const { requests } = this.#parts
    const scope = this.inner({ shielded })
    const cancel = (reason: string): void => requests.cancel(scope, new Cancelled(reason))
    return {
      get cancelled() {
        return scope.cancellation !== undefined
      },
      cancel,
      run: <R>(act: () => Promise<R>): Promise<R> => {
        if (timeoutMs === undefined) return scope.run(act)
        return requests.within(timeoutMs, scope, () => cancel(`it took longer than ${timeoutMs} ms`), () => scope.run(act))
      },
    }
  }

  /** Runs workflow code in this scope. */
  run<R>(act: () => Promise<R>): Promise<R> {
    return this.#parts.enter(this, async () => {
      const cancelled = this.cancellation
      if (cancelled) throw cancelled
      return act()
    })
  }
}
