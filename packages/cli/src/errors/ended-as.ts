import type { ExecutionStatus } from '@baton/runtime'
import { BatonError } from '@baton/sdk'

// By code: the classes would load a package that most commands never need.
const STATUS = new Map<string, ExecutionStatus>([
  ['ExecutionFailed', 'failed'],
  ['ExecutionStopped', 'stopped'],
  ['ExecutionKilled', 'killed'],
  ['ExecutionTimedOut', 'timed_out'],
])

/** How the execution ended and with what error of its own, if the error says that it did; else it is the asking that failed. */
export function endedAs(error: unknown): { readonly status: ExecutionStatus; readonly cause: unknown } | undefined {
  const status = error instanceof BatonError ? STATUS.get(error.code) : undefined
  return status && error instanceof BatonError ? { status, cause: error.cause } : undefined
}
