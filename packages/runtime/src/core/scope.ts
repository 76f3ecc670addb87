// Owns: where in an execution a piece of workflow code runs: the path that names its commands, the log they stand in, and
// whether it has been cancelled. The execution does everything; a scope says for whom.
import { Cancelled, type ExecutionInfo, type LogFields, type LogLevel } from '@baton/sdk'
import type {
  ChildRequest, ForEachOutcome, ForEachRequest, ScopeControl, StartedChild, TokenWait,
} from '@baton/sdk/host'
import { runForEach } from './for-each.ts'
import type { Undo } from './history-event.ts'
import type { Inside } from './inside.ts'
import type { Notes } from './notes.ts'
import type { Prng } from './prng.ts'
import type { Region, RegionOptions } from './region.ts'
import type { Requests } from './requests.ts'

/** Whose scopes they are, with what they pass on what workflow code asks for. */
interface Holder extends Inside {
  readonly requests: Requests
  readonly notes: Notes
}

/** What the scopes of one log share: a replay does not run an iteration that has ended, and the others must not miss its draws and times. */
interface Log {
  now: number
  prng: Prng | undefined
  readonly ledger: Undo[]
}

export class Scope implements Region {
  readonly execution: Holder
  readonly lane: string | undefined
  readonly #parent: Scope | undefined
  readonly #path: string | undefined
  readonly #shielded: boolean
  readonly #occurrences: Map<string, number>
  readonly #log: Log
  #cancellation: Cancelled | undefined

  constructor(execution: Holder, parent?: Scope, { path, lane, shielded = false }: RegionOptions = {}) {
    this.execution = execution
    this.#parent = parent
    this.#shielded = shielded
    this.#path = path ?? parent?.path
    this.lane = lane ?? parent?.lane
    this.#occurrences = path === undefined && parent ? parent.#occurrences : new Map()
    this.#log = lane === undefined && parent ? parent.#log : { now: 0, prng: undefined, ledger: [] }
  }

  /** Completed steps that can be undone, of this scope's log. */
  get ledger(): Undo[] {
    return this.#log.ledger
  }

  tick(at: number): void {
    this.#log.now = Math.max(this.#log.now, at)
  }

  get path(): string {
    return this.#path ?? this.execution.run.path
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
    return new Scope(this.execution, this, options)
  }

  get #prng(): Prng {
    const { readOnly, run, historyLength } = this.execution
    if (readOnly.active) return readOnly.draws(() => run.seeded(`?${historyLength}`))
    this.#log.prng ??= run.seeded(this.lane)
    return this.#log.prng
  }

  // ---- what workflow code asks for ------------------------------------------------------------------------------------

  get info(): ExecutionInfo {
    return this.execution.run.info(this.execution.historyLength)
  }

  now(): number {
    const { now } = this.#log
    return this.#parent ? Math.max(now, this.#parent.now()) : now
  }

  random(): number {
    return this.#prng.random()
  }

  uuid(): string {
    return this.#prng.uuid()
  }

  sleep(ms: number): Promise<void> {
    return this.execution.requests.sleep(ms, this)
  }

  sleepUntil(at: number): Promise<void> {
    return this.execution.requests.sleepUntil(at, this)
  }

  condition(predicate: () => boolean, timeoutMs: number | undefined): Promise<boolean> {
    return this.execution.requests.condition(predicate, timeoutMs, this)
  }

  patched(id: string): boolean {
    return this.execution.notes.patched(id, this)
  }

  deprecatePatch(id: string): void {
    this.execution.notes.deprecatePatch(id)
  }

  startChild(request: ChildRequest): Promise<StartedChild> {
    return this.execution.requests.startChild(request, this)
  }

  forEach(request: ForEachRequest): Promise<ForEachOutcome> {
    return runForEach(this.execution.requests, this, request)
  }

  token(name: string): Promise<TokenWait> {
    return this.execution.requests.token(name, this)
  }

  signal(executionId: string, name: string, args: readonly unknown[]): Promise<void> {
    return this.execution.requests.signal(executionId, name, args, this)
  }

  stop(executionId: string, reason: string): Promise<void> {
    return this.execution.requests.stop(executionId, reason, this)
  }

  setAttributes(attributes: Readonly<Record<string, unknown>>): void {
    this.execution.notes.setAttributes(attributes, this)
  }

  publish(stream: string, value: unknown): void {
    this.execution.notes.publish(stream, value, this)
  }

  log(level: LogLevel, message: string, fields: LogFields): void {
    this.execution.notes.log(level, message, fields)
  }

  compensate(): ReturnType<Requests['compensate']> {
    return this.execution.requests.compensate(this)
  }

  openScope({ shielded, timeoutMs }: { readonly shielded: boolean; readonly timeoutMs: number | undefined }): ScopeControl {
    const { requests } = this.execution
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
    return this.execution.setting.enter(this, async () => {
      const cancelled = this.cancellation
      if (cancelled) throw cancelled
      return act()
    })
  }
}
