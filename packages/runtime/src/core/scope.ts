// Owns: where in an execution a piece of workflow code runs: the path that names its commands, the log they stand in, and
// whether it has been cancelled. The execution does everything; a scope says for whom.
import { Cancelled, type ExecutionInfo, type LogFields, type LogLevel } from '@baton/sdk'
import type {
  ChildRequest, ForEachOutcome, ForEachRequest, ScopeControl, StartedChild, TokenWait, WorkflowScope,
} from '@baton/sdk/host'
import type { Execution } from './execution.ts'
import { runForEach } from './for-each.ts'
import type { Undo } from './history-event.ts'
import type { Prng } from './prng.ts'

interface ScopeOptions {
  /** A prefix of the commands' identities with counters of its own; default: the parent's. */
  readonly path?: string
  /** A log of its own; default: the parent's. */
  readonly lane?: string
  readonly shielded?: boolean
}

export class Scope implements WorkflowScope {
  readonly execution: Execution
  readonly path: string
  readonly lane: string | undefined
  /** Completed steps that can be undone, of this scope's log. */
  readonly ledger: Undo[]
  readonly #parent: Scope | undefined
  readonly #shielded: boolean
  readonly #occurrences: Map<string, number>
  /** Of its log: a replay does not run an iteration that has ended, and the others must not miss its draws. */
  readonly #draws: { prng?: Prng }
  #cancellation: Cancelled | undefined

  constructor(execution: Execution, parent?: Scope, { path, lane, shielded = false }: ScopeOptions = {}) {
    this.execution = execution
    this.#parent = parent
    this.#shielded = shielded
    this.path = path ?? parent?.path ?? ''
    this.lane = lane ?? parent?.lane
    this.#occurrences = path === undefined && parent ? parent.#occurrences : new Map()
    this.ledger = lane === undefined && parent ? parent.ledger : []
    this.#draws = lane === undefined && parent ? parent.#draws : {}
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
  inner(options: ScopeOptions): Scope {
    return new Scope(this.execution, this, options)
  }

  get #prng(): Prng {
    const { aside } = this.execution
    if (aside) return aside
    this.#draws.prng ??= this.execution.seeded(this.lane)
    return this.#draws.prng
  }

  // ---- what workflow code asks for ------------------------------------------------------------------------------------

  get info(): ExecutionInfo {
    return this.execution.info
  }

  now(): number {
    return this.execution.now
  }

  random(): number {
    return this.#prng.random()
  }

  uuid(): string {
    return this.#prng.uuid()
  }

  sleep(ms: number): Promise<void> {
    return this.execution.sleep(ms, this)
  }

  sleepUntil(at: number): Promise<void> {
    return this.execution.sleepUntil(at, this)
  }

  condition(predicate: () => boolean, timeoutMs: number | undefined): Promise<boolean> {
    return this.execution.condition(predicate, timeoutMs, this)
  }

  patched(id: string): boolean {
    return this.execution.patched(id, this)
  }

  deprecatePatch(id: string): void {
    this.execution.deprecatePatch(id)
  }

  startChild(request: ChildRequest): Promise<StartedChild> {
    return this.execution.startChild(request, this)
  }

  forEach(request: ForEachRequest): Promise<ForEachOutcome> {
    return runForEach(this, request)
  }

  token(name: string): Promise<TokenWait> {
    return this.execution.token(name, this)
  }

  signal(executionId: string, name: string, args: readonly unknown[]): Promise<void> {
    return this.execution.signal(executionId, name, args, this)
  }

  stop(executionId: string, reason: string): Promise<void> {
    return this.execution.stopOther(executionId, reason, this)
  }

  setAttributes(attributes: Readonly<Record<string, unknown>>): void {
    this.execution.setAttributes(attributes, this)
  }

  publish(stream: string, value: unknown): void {
    this.execution.publish(stream, value, this)
  }

  log(level: LogLevel, message: string, fields: LogFields): void {
    this.execution.log(level, message, fields)
  }

  compensate(): ReturnType<Execution['compensate']> {
    return this.execution.compensate(this)
  }

  openScope({ shielded, timeoutMs }: { readonly shielded: boolean; readonly timeoutMs: number | undefined }): ScopeControl {
    const { execution } = this
    const scope = this.inner({ shielded })
    const cancel = (reason: string): void => execution.cancel(scope, new Cancelled(reason))
    return {
      get cancelled() {
        return scope.cancellation !== undefined
      },
      cancel,
      run: <R>(act: () => Promise<R>): Promise<R> => {
        if (timeoutMs === undefined) return scope.run(act)
        return execution.within(timeoutMs, this, () => cancel(`it took longer than ${timeoutMs} ms`), () => scope.run(act))
      },
    }
  }

  /** Runs workflow code in this scope. */
  run<R>(act: () => Promise<R>): Promise<R> {
    return this.execution.enter(this, async () => {
      const cancelled = this.cancellation
      if (cancelled) throw cancelled
      return act()
    })
  }
}
