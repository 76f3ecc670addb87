import { BatonError, cron, type Duration, parseDuration } from '@baton/sdk'
import { z } from 'zod'
import { CronCall, NamedClass, someFunction } from './static-value.ts'

/** A duration in milliseconds, by the SDK's own parser. */
const Milliseconds = z
  .custom<Duration>((value) => typeof value === 'string' || typeof value === 'number', 'expected a duration')
  .transform((value, context) => bySdk(context, () => parseDuration(value)))

/** A trigger, as the SDK makes it. */
const Trigger = z.instanceof(CronCall).transform(({ args }, context) => bySdk(context, () => cron(...(args as Parameters<typeof cron>))))

/** What the SDK makes of a part of the options; its refusal becomes the issue. */
function bySdk<T>(context: z.RefinementCtx, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof BatonError)) throw error
    context.addIssue({ code: 'custom', message: error.message, params: { refused: error.code } })
    return z.NEVER
  }
}

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
  triggers: z.array(Trigger).exactOptional(),
})
export type WorkflowOptionsValue = z.infer<typeof WorkflowOptionsValue>

/** The search attributes of a class; which types there are is the SDK's to say. */
export const AttributesValue = z.object({ attributes: z.record(z.string(), z.string()).exactOptional() })
export type AttributesValue = z.infer<typeof AttributesValue>

/** Options of `@Signal`, `@Query` and `@Update` that are plain values; `payload` is read as a type instead. */
export const HandlerOptionsValue = z.object({ validate: z.string().exactOptional() })
export type HandlerOptionsValue = z.infer<typeof HandlerOptionsValue>
