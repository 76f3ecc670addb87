import type { ZodType } from 'zod'
import type { AttributeTypes } from '../types/attributes.ts'
import type { Trigger } from '../triggers/cron.ts'
import type { ErrorClass, FailureMode, StepCancellation } from '../types/options.ts'
import type { WorkflowClass } from '../types/workflow-types.ts'

/** A retry budget with its defaults filled in; times in milliseconds. */
export interface RetryBudgetDefinition {
  readonly maxAttempts: number
  readonly delayMs: number
  readonly backoff: number
  readonly maxDelayMs: number
}

/** A retry policy with its defaults filled in; its own numbers are the budget of application errors. */
export interface RetryDefinition extends RetryBudgetDefinition {
  readonly platform: RetryBudgetDefinition
  readonly timeout: RetryBudgetDefinition
  readonly jitter: number
  /** Names, codes and types; a class stands here by its name. */
  readonly nonRetryable: readonly string[]
}

/** A step with its defaults filled in; times in milliseconds. */
export interface StepDefinition {
  readonly name: string
  readonly retry: RetryDefinition
  /** The classes among `retry.nonRetryable`: what runs the body asks them by `instanceof`. */
  readonly nonRetryableClasses: readonly ErrorClass[]
  readonly timeoutMs: number | undefined
  readonly totalTimeoutMs: number | undefined
  readonly scheduleToStartTimeoutMs: number | undefined
  readonly heartbeatTimeoutMs: number | undefined
  readonly priority: number
  readonly queue: string
  readonly prefer: 'local' | 'remote'
  readonly cancellation: StepCancellation
  /** The step that undoes this one. */
  readonly compensate: string | undefined
  /** Whether another step names this one as what undoes it: then it is no node of a declarative graph. */
  readonly isCompensation: boolean
  readonly transactional: boolean
  readonly after: readonly string[]
  readonly join: 'all' | 'any'
  readonly when: ((up: unknown, input: unknown) => boolean) | undefined
  readonly onFailure: FailureMode
}

/** How a method is called from outside. */
export type HandlerKind = 'signal' | 'query' | 'update'

/** What a handler's decorator says. */
export interface HandlerMetadata {
  readonly kind: HandlerKind
  readonly payload: ZodType | undefined
  readonly validate: string | undefined
}

/** A method that is called from outside while `run` waits. */
export interface HandlerDefinition {
  readonly name: string
  /** Checks the first argument. */
  readonly payload: ZodType | undefined
}

/** An update with, perhaps, the method that accepts or rejects it. */
export interface UpdateDefinition extends HandlerDefinition {
  readonly validate: string | undefined
}

/** What the runtime knows of a workflow class; frozen. */
export interface WorkflowDefinition {
  readonly name: string
  readonly version: string
  readonly queue: string
  readonly kind: 'imperative' | 'declarative'
  readonly type: WorkflowClass
  readonly input: ZodType | undefined
  readonly output: ZodType | undefined
  readonly steps: ReadonlyMap<string, StepDefinition>
  readonly signals: ReadonlyMap<string, HandlerDefinition>
  readonly queries: ReadonlyMap<string, HandlerDefinition>
  readonly updates: ReadonlyMap<string, UpdateDefinition>
  /** Their names differ. */
  readonly triggers: readonly Trigger[]
  /** From the start of the execution, over all its runs. */
  readonly timeoutMs: number | undefined
  /** From the start of a run. */
  readonly runTimeoutMs: number | undefined
  /** Looked up when first asked for: decorators run before a class has its static fields. */
  readonly attributes: AttributeTypes
}
