import { BatonError } from '@baton/sdk'
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

/**
 * Behaviours that changed after logs had been written with the old one. A log names those it was written with, and is replayed
 * with them for ever. None has been needed yet; a number, once given, is never given again.
 */
const KNOWN_FLAGS: ReadonlySet<number> = new Set()

/** The flags a new log is written with. */
export const CURRENT_FLAGS: readonly number[] = [...KNOWN_FLAGS]

/** The log was written with a behaviour that this version of the runtime does not have. */
class UnknownFlag extends BatonError {
  static override readonly kind = 'UnknownFlag'

  constructor(flag: number) {
    super('UnknownFlag', `The log was written by a newer version (behaviour ${flag}); upgrade this worker.`)
  }
}

/** @throws UnknownFlag. */
export function checkFlags({ flags = [] }: StartInfo): void {
  for (const flag of flags) if (!KNOWN_FLAGS.has(flag)) throw new UnknownFlag(flag)
}
