import { ExecutionFailed } from '@baton/runtime/core'
import type { Matchable } from './matched.ts'

/** How an execution ended. */
export type Ending = { readonly kind: 'completed'; readonly output: unknown } | { readonly kind: 'failed'; readonly error: unknown }

/** Waits for the end; what kept it from coming is thrown. */
export async function endingOf(handle: Matchable): Promise<Ending> {
  try {
    return { kind: 'completed', output: await handle.result() }
  } catch (error) {
    if (error instanceof ExecutionFailed) return { kind: 'failed', error: error.cause }
    throw error
  }
}
