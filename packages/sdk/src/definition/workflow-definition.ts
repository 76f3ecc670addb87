import type { ZodType } from 'zod'
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
}
