// Which attempt follows a failure, and when: a function of the policy, of the failures before and of this one. All of it is in
// the log, so that a replay counts as the live run did.
import type { RetryBudgetDefinition, RetryDefinition } from '@baton/sdk/host'
import type { Failure } from '../payload/failure.ts'

/** Who is to blame for a failed attempt: each kind has its own budget. */
export type FailureCategory = 'application' | 'platform' | 'timeout'

/** Failed attempts of one command so far. */
export type FailureCounts = Readonly<Record<FailureCategory, number>>

export const NO_FAILURES: FailureCounts = Object.freeze({ application: 0, platform: 0, timeout: 0 })

/** The infrastructure's fault: what the worker could not do, whatever the body would have done. */
const PLATFORM_CODES = new Set(['FactoryFailed', 'AttemptAborted'])
const FINAL_CODES = new Set(['PayloadNotSerializable', 'PayloadTooLarge', 'WrongContext', 'UnknownStep', 'StreamClosed', 'InvalidStreamName'])
const FINAL_TIMEOUTS = new Set<unknown>(['total', 'scheduleToStart'])

export function categoryOf({ code, kinds }: Failure): FailureCategory {
  if (kinds === undefined) return 'application'
  if (kinds.includes('StepTimedOut')) return 'timeout'
  return kinds.includes('PlatformError') || PLATFORM_CODES.has(code ?? '') ? 'platform' : 'application'
}

export function countFailure(counts: FailureCounts, failure: Failure): FailureCounts {
  const category = categoryOf(failure)
  return { ...counts, [category]: counts[category] + 1 }
}

/**
 * Milliseconds until the next attempt, or undefined when there is none. `counts` has this failure already; `seed` is the same in
 * every replay and different for every attempt.
 */
export function delayAfter(policy: RetryDefinition, counts: FailureCounts, failure: Failure, seed: string): number | undefined {
  const category = categoryOf(failure)
  const budget = budgetOf(policy, category)
  const count = counts[category]
  if (count >= budget.maxAttempts || isFinal(policy, failure)) return undefined
  const asked = failure.detail?.['retryAfterMs']
  if (typeof asked === 'number') return asked
  // After many failures the power is infinite, and 0 times infinity no number at all.
  const delay = budget.delayMs === 0 ? 0 : Math.min(budget.delayMs * budget.backoff ** (count - 1), budget.maxDelayMs)
  return policy.jitter === 0 ? delay : Math.round(delay * (1 - policy.jitter * fractionOf(seed)))
}

function budgetOf(policy: RetryDefinition, category: FailureCategory): RetryBudgetDefinition {
  return category === 'application' ? policy : policy[category]
}

function isFinal(policy: RetryDefinition, failure: Failure): boolean {
  if (failure.final === true || FINAL_TIMEOUTS.has(failure.detail?.['timeoutKind'])) return true
  if (failure.code !== undefined && FINAL_CODES.has(failure.code)) return true
  const names = new Set<unknown>([failure.name, failure.code, failure.detail?.['type'], ...(failure.kinds ?? [])])
  if (policy.nonRetryable.some((name) => names.has(name))) return true
  return failure.code === 'ApplicationError' && failure.detail?.['retryable'] !== true
}

/** A number from 0 to 1, 1 excluded, spread evenly over texts: FNV-1a with the finish of MurmurHash3. */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000
}
