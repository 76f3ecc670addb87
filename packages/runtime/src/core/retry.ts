import type { RetryDefinition } from '@baton/sdk/host'
import type { Failure } from '../payload/failure.ts'

/** Milliseconds until the next attempt, or undefined when there is none. */
export function retryDelay(policy: RetryDefinition, attempt: number, failure: Failure): number | undefined {
  if (attempt >= policy.maxAttempts || isFinal(policy, failure)) return undefined
  // After many attempts the power is infinite, and 0 times infinity no number at all.
  return policy.delayMs === 0 ? 0 : Math.min(policy.delayMs * policy.backoff ** (attempt - 1), policy.maxDelayMs)
}

const FINAL_CODES = new Set(['PayloadNotSerializable', 'PayloadTooLarge', 'WrongContext', 'UnknownStep'])

function isFinal(policy: RetryDefinition, failure: Failure): boolean {
  if (failure.code !== undefined && FINAL_CODES.has(failure.code)) return true
  const names = new Set<unknown>([failure.name, failure.code, failure.detail?.['type']])
  if (policy.nonRetryable.some((name) => names.has(name))) return true
  return failure.code === 'ApplicationError' && failure.detail?.['retryable'] !== true
}
