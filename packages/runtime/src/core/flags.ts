import { BatonError } from '@baton/sdk'
import type { StartInfo } from './start-info.ts'

/**
 * Behaviours that changed after logs had been written with the old one. A log names those it was written with, and is replayed
 * with them for ever. None has been needed yet; a number, once given, is never given again.
 *
 * A release knows a flag before the next one writes it: then workers of both can share the executions of a deploy.
 */
export const KNOWN_FLAGS: Set<number> = new Set()

/** The flags a new log is written with. */
export const CURRENT_FLAGS: Set<number> = new Set()

/** The log was written with a behaviour that this version of the runtime does not have. */
class UnknownFlag extends BatonError {
  static override readonly kind = 'UnknownFlag'
  readonly detail: { readonly flag: number }

  constructor(flag: number) {
    super('UnknownFlag', `The log was written by a newer version (behaviour ${flag}); upgrade this worker.`)
    this.detail = { flag }
  }
}

/** @throws UnknownFlag. */
export function checkFlags({ flags = [] }: StartInfo): void {
  for (const flag of flags) if (!KNOWN_FLAGS.has(flag)) throw new UnknownFlag(flag)
}
