import { z } from 'zod'

/** What a worker process is told in its first message. */
export const WorkerConfig = z.object({
  name: z.string(),
  url: z.string(),
  schema: z.string(),
  /** Path of the manifest it must agree with. */
  manifest: z.string(),
  /** The file it notes step bodies in. */
  bodies: z.string(),
  /** The folder of the payment service's ledger. */
  ledger: z.string(),
})
export type WorkerConfig = z.infer<typeof WorkerConfig>

/** What it answers. */
export const FromWorker = z.object({ kind: z.literal('ready') })

/** What else it is told. */
export const ToWorker = z.object({ kind: z.literal('stop') })
