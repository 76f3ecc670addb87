// The seam between what authors import and the engine that runs it. The engine installs one host per process; authors'
// functions ask it where they are. It lives in a global slot so that duplicate installs of this package share it.
import type { ExecutionInfo } from './types/execution-info.ts'
import type { LogFields, LogLevel } from './types/logger.ts'
import type { StepContext } from './types/step-context.ts'

export { brand, kindsOf } from './errors/baton-error.ts'
export { ContinueAsNew } from './errors/continue-as-new.ts'
export { checkStreamName } from './errors/stream-errors.ts'
export { defineWorkflow } from './definition/define-workflow.ts'
export { checkPriority } from './definition/define-step.ts'
export { loadAttributes, storeAs, storeAttributes, type StoredAttribute } from './definition/store-attributes.ts'
export { nearestName } from './definition/nearest-name.ts'
export { lastTick, nextTick } from './triggers/cron.ts'
export type {
  HandlerDefinition, HandlerKind, RetryBudgetDefinition, RetryDefinition, StepDefinition, UpdateDefinition, WorkflowDefinition,
} from './definition/workflow-definition.ts'

/** A child execution that is wanted. */
export interface ChildRequest {
  readonly workflow: string
  readonly version: string | undefined
  readonly queue: string | undefined
  /** Checked and parsed already. */
  readonly input: unknown
  readonly id: string | undefined
  readonly parentClosePolicy: 'stop' | 'kill' | 'abandon'
  readonly priority?: number | undefined
}

/** A child execution that has been started. */
export interface StartedChild {
  readonly executionId: string
  result(): Promise<unknown>
}

/** A wait that somebody outside ends by a token. */
export interface TokenWait {
  readonly token: string
  /** Undefined where the time ran out first. */
  wait(timeoutMs: number | undefined): Promise<{ readonly value: unknown } | undefined>
}

/** A region of workflow code that can be cancelled by itself, or that a cancellation from outside does not reach. */
export interface ScopeControl {
  readonly cancelled: boolean
  run<R>(act: () => Promise<R>): Promise<R>
  cancel(reason: string): void
}

/** What a forEach is to do. */
export interface ForEachRequest {
  readonly name: string
  readonly source: ForEachSource
  readonly concurrency: number
  /** With it no iteration begins that is `concurrency` or more ahead of the first unfinished one. */
  readonly ordered: boolean
  readonly onFailure: 'fail_after_running' | 'fail_immediately' | 'ignore'
  readonly attempts: number
  readonly retryDelayMs: number
  readonly collect: boolean
  readonly body: (item: unknown, index: number) => Promise<unknown>
}

/** Items by index, or pages of them, each fetched when the one before is nearly used up. */
export type ForEachSource =
  | { readonly kind: 'items'; readonly count: number; readonly at: (index: number) => unknown }
  | { readonly kind: 'pages'; readonly next: (cursor: unknown) => Promise<{ readonly items: readonly unknown[]; readonly next?: unknown }> }

/** What a forEach came to. */
export interface ForEachOutcome {
  /** In the order of the items; undefined where an iteration failed and that was to be ignored. */
  readonly results: readonly unknown[]
  readonly succeeded: number
  readonly failed: number
  /** The first hundred. */
  readonly failures: readonly { readonly index: number; readonly error: Error }[]
}

/** What workflow code can ask of the execution it belongs to. */
export interface WorkflowScope {
  readonly info: ExecutionInfo
  /** Ms since 1970: the time of the event that was delivered last. */
  now(): number
  /** 0 ≤ x < 1, the same in every replay. */
  random(): number
  uuid(): string
  sleep(ms: number): Promise<void>
  /** Until a time in ms since 1970. */
  sleepUntil(at: number): Promise<void>
  /** True once the predicate holds, false when the time runs out first. */
  condition(predicate: () => boolean, timeoutMs: number | undefined): Promise<boolean>
  patched(id: string): boolean
  deprecatePatch(id: string): void
  startChild(request: ChildRequest): Promise<StartedChild>
  forEach(request: ForEachRequest): Promise<ForEachOutcome>
  token(name: string): Promise<TokenWait>
  /** Sends a signal to another execution. */
  signal(executionId: string, name: string, args: readonly unknown[]): Promise<void>
  /** Asks another execution to stop. */
  stop(executionId: string, reason: string): Promise<void>
  openScope(options: { readonly shielded: boolean; readonly timeoutMs: number | undefined }): ScopeControl
  setAttributes(attributes: Readonly<Record<string, unknown>>): void
  publish(stream: string, value: unknown): void
  /** Nothing in a replay. */
  log(level: LogLevel, message: string, fields: LogFields): void
  /** Undoes what has been done so far; the errors of what could not be undone. */
  compensate(): Promise<readonly { readonly step: string; readonly error: unknown }[]>
}

/** What an engine offers to code that runs inside it. */
export interface Host {
  /** The execution whose `run` is on the stack, if any. */
  workflow(): WorkflowScope | undefined
  /** The step attempt whose body is on the stack, if any. */
  step(): StepContext | undefined
}

const SLOT = Symbol.for('baton.host')
type Slot = { [SLOT]?: Host }

/** Makes `host` answer for this process. */
export function installHost(host: Host): void {
  ;(globalThis as Slot)[SLOT] = host
}

export function currentHost(): Host | undefined {
  return (globalThis as Slot)[SLOT]
}
