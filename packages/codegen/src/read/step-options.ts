import { type Duration, parseDuration } from '@baton/sdk'
import { z } from 'zod'
import { NamedClass, someFunction } from './static-value.ts'

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

/** A class, which the SDK knows by its name too. */
const ErrorName = z.instanceof(NamedClass).transform(({ name }) => name)

const budget = {
  maxAttempts: z.number().exactOptional(),
  delay: Milliseconds.exactOptional(),
  backoff: z.union([z.number(), z.enum(['fixed', 'exponential'])]).exactOptional(),
  maxDelay: Milliseconds.exactOptional(),
}

/** Options of `@Step`, evaluated; those of later SDKs pass unread. */
export const StepOptionsValue = z.object({
  retry: z
    .object({
      ...budget,
      platform: z.object(budget).exactOptional(),
      timeout: z.object(budget).exactOptional(),
      jitter: z.number().exactOptional(),
      nonRetryable: z.array(z.union([z.string(), ErrorName])).exactOptional(),
    })
    .exactOptional(),
  timeout: Milliseconds.exactOptional(),
  totalTimeout: Milliseconds.exactOptional(),
  scheduleToStartTimeout: Milliseconds.exactOptional(),
  heartbeatTimeout: Milliseconds.exactOptional(),
  priority: z.number().exactOptional(),
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
  timeout: Milliseconds.exactOptional(),
  runTimeout: Milliseconds.exactOptional(),
})
export type WorkflowOptionsValue = z.infer<typeof WorkflowOptionsValue>

/** The search attributes of a class; which types there are is the SDK's to say. */
export const AttributesValue = z.object({ attributes: z.record(z.string(), z.string()).exactOptional() })
export type AttributesValue = z.infer<typeof AttributesValue>

/** Options of `@Signal`, `@Query` and `@Update` that are plain values; `payload` is read as a type instead. */
export const HandlerOptionsValue = z.object({ validate: z.string().exactOptional() })
export type HandlerOptionsValue = z.infer<typeof HandlerOptionsValue>
