import { ExecutionFailed, ExecutionKilled, ExecutionStopped, ExecutionTimedOut } from '@baton/runtime/core'
import type { Matchable } from './matched.ts'
import { showChain } from './failure-chain.ts'

/** How an execution ended. */
export type Ending =
  | { readonly kind: 'completed'; readonly output: unknown }
  | { readonly kind: 'failed' | 'stopped' | 'killed' | 'timed out'; readonly error: unknown }

/** Waits for the end; what kept it from coming is thrown. */
export async function endingOf(handle: Matchable): Promise<Ending> {
  try {
    return { kind: 'completed', output: await handle.result() }
  } catch (error) {
    if (!(error instanceof ExecutionFailed)) throw error
    return { kind: kindOf(error), error: error.cause }
  }
}

function kindOf(error: ExecutionFailed): 'failed' | 'stopped' | 'killed' | 'timed out' {
  if (error instanceof ExecutionStopped) return 'stopped'
  if (error instanceof ExecutionKilled) return 'killed'
  return error instanceof ExecutionTimedOut ? 'timed out' : 'failed'
}

const SAID = { failed: 'failed', stopped: 'was stopped', killed: 'was killed', 'timed out': 'timed out' }

/** For messages: how it ended instead. */
export function showEnding(ending: Ending, show: (value: unknown) => string): string {
  return ending.kind === 'completed' ? `it completed with ${show(ending.output)}` : `it ${SAID[ending.kind]}:\n${showChain(ending.error)}`
}
