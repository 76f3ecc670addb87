import { type Duration, parseDuration } from '@baton/sdk'
import { z } from 'zod'
import { someFunction } from './static-value.ts'

/** A duration in milliseconds, by the SDK's own parser, whose complaint becomes the issue. */
const Milliseconds = z
  .custom<Duration>((value) => typeof value === 'string' || typeof value === 'number', 'expected a duration')
  .transform((value, context) => {
    try {
      return parseDuration(value)
    } catch (error) {
      context.addIssue({ code: 'custom', message: String(error instanceof Error ? error.message : error), params: { duration: true } })
      return z.NEVER
    }
  })

/** Options of `@Step`, evaluated; those of later SDKs pass unread. */
export const StepOptionsValue = z.object({
  retry: z
    .object({
      maxAttempts: z.number().exactOptional(),
      delay: Milliseconds.exactOptional(),
      backoff: z.number().exactOptional(),
      maxDelay: Milliseconds.exactOptional(),
      nonRetryable: z.array(z.string()).exactOptional(),
    })
    .exactOptional(),
  timeout: Milliseconds.exactOptional(),
  queue: z.string().exactOptional(),
  prefer: z.enum(['local', 'remote']).exactOptional(),
  cancellation: z.enum(['try', 'wait', 'abandon']).exactOptional(),
  compensate: z.string().exactOptional(),
  transactional: z.boolean().exactOptional(),
  after: z.array(z.string()).exactOptional(),
  join: z.enum(['all', 'any']).exactOptional(),
  when: z.custom<() => boolean>((value) => value === someFunction, 'expected a function').exactOptional(),
  onFailure: z.enum(['fail_after_running', 'fail_immediately', 'ignore']).exactOptional(),
})
export type StepOptionsValue = z.infer<typeof StepOptionsValue>

/** Options of `@Workflow` that are plain values; its schemas are read as types instead. */
export const WorkflowOptionsValue = z.object({
  name: z.string(),
  version: z.string().exactOptional(),
  queue: z.string().exactOptional(),
})
export type WorkflowOptionsValue = z.infer<typeof WorkflowOptionsValue>
