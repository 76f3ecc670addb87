import { z } from 'zod'

/** What the first event of a run says besides its input. */
export const StartInfo = z.object({
  /** Of the random numbers of the run; default: the execution's id. */
  seed: z.string().optional(),
  /** Behaviours of the engine that this log was written with; see flags.ts. */
  flags: z.array(z.number()).optional(),
  /** Whose child it is, and by which of its commands. */
  parent: z.object({ execution: z.string(), command: z.string(), policy: z.enum(['stop', 'kill', 'abandon']).optional() }).optional(),
  /** Counts from 1. */
  run: z.number().optional(),
  /** When the first run began, ms. */
  since: z.number().optional(),
  /** Ids of messages that earlier runs got, so that one that is repeated is known. */
  seen: z.array(z.string()).optional(),
})
export type StartInfo = z.infer<typeof StartInfo>
