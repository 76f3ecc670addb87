import type { ZodType } from 'zod'
import type { FailureMode, StepCancellation } from '../types/options.ts'
import type { WorkflowClass } from '../types/workflow-types.ts'

/** A retry policy with its defaults filled in; times in milliseconds. */
export interface RetryDefinition {
  readonly maxAttempts: number
  readonly delayMs: number
  readonly backoff: number
  readonly maxDelayMs: number
  readonly nonRetryable: readonly string[]
}

/** A step with its defaults filled in; times in milliseconds. */
export interface StepDefinition {
  readonly name: string
  readonly retry: RetryDefinition
  readonly timeoutMs: number | undefined
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
