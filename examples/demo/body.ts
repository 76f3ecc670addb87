import { z } from 'zod'

/** One step body that began, as a worker noted it before it ran. */
export const Body = z.object({
  execution: z.string(),
  command: z.string(),
  attempt: z.int(),
  pid: z.int(),
  /** Of this machine's clock, ms since 1970; all processes of the demo share it. */
  at: z.number(),
})
export type Body = z.infer<typeof Body>
