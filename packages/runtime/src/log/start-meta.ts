import { CURRENT_FLAGS } from '../core/flags.ts'
import type { StartInfo } from '../core/start-info.ts'

/** What the first event of an execution says besides its input, as JSON text: with which behaviours of the engine it is written. */
export function startMeta(start: StartInfo): string | null {
  const meta = CURRENT_FLAGS.size === 0 ? start : { flags: [...CURRENT_FLAGS], ...start }
  return Object.keys(meta).length === 0 ? null : JSON.stringify(meta)
}
