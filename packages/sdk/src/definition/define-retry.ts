import { DefinitionError } from '../errors/definition-error.ts'
import { parseDuration } from '../types/duration.ts'
import type { ErrorClass, RetryBudget, RetryPolicy } from '../types/options.ts'
import type { RetryBudgetDefinition, RetryDefinition } from './workflow-definition.ts'

const APPLICATION: RetryBudgetDefinition = { maxAttempts: 3, delayMs: 1_000, backoff: 2, maxDelayMs: 60_000 }
const PLATFORM_ATTEMPTS = 10

/** @throws DefinitionError `InvalidOption`, `InvalidDuration`. */
export function defineRetry(where: string, policy: RetryPolicy = {}): RetryDefinition {
  const own = defineBudget(`${where}: retry`, policy, APPLICATION)
  // Who wants no second attempt wants none after any failure.
  const platform = { ...own, maxAttempts: own.maxAttempts === 1 ? 1 : PLATFORM_ATTEMPTS }
  const { jitter = 0 } = policy
  if (!(jitter >= 0 && jitter <= 1)) {
    throw new DefinitionError('InvalidOption', `${where}: retry.jitter is ${jitter}; give a number from 0 to 1.`)
  }
  return Object.freeze({
    ...own,
    platform: Object.freeze(defineBudget(`${where}: retry.platform`, policy.platform, platform)),
    timeout: Object.freeze(defineBudget(`${where}: retry.timeout`, policy.timeout, own)),
    jitter,
    nonRetryable: Object.freeze((policy.nonRetryable ?? []).map((each) => nameOf(where, each))),
  })
}

/** The classes a policy lists beside names. */
export function errorClasses(policy: RetryPolicy = {}): readonly ErrorClass[] {
  return Object.freeze((policy.nonRetryable ?? []).filter((each) => typeof each === 'function'))
}

function defineBudget(where: string, budget: RetryBudget = {}, inherited: RetryBudgetDefinition): RetryBudgetDefinition {
  const { maxAttempts = inherited.maxAttempts } = budget
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > 1_000_000) {
    throw new DefinitionError('InvalidOption', `${where}.maxAttempts is ${maxAttempts}; give a whole number from 1 to 1,000,000.`)
  }
  return {
    maxAttempts,
    delayMs: budget.delay === undefined ? inherited.delayMs : parseDuration(budget.delay),
    backoff: factorOf(where, budget.backoff ?? inherited.backoff),
    maxDelayMs: budget.maxDelay === undefined ? inherited.maxDelayMs : parseDuration(budget.maxDelay),
  }
}

function factorOf(where: string, backoff: number | 'fixed' | 'exponential'): number {
  const factor = backoff === 'fixed' ? 1 : backoff === 'exponential' ? 2 : backoff
  if (factor >= 1 && factor <= 100) return factor
  throw new DefinitionError('InvalidOption', `${where}.backoff is ${backoff}; give a number from 1 to 100, 'fixed' or 'exponential'.`)
}

/** What `failure.kinds` or `error.name` says of an instance. */
function nameOf(where: string, each: string | ErrorClass): string {
  if (typeof each === 'string') return each
  if (typeof each !== 'function') {
    throw new DefinitionError('InvalidOption', `${where}: retry.nonRetryable lists ${String(each)}; give names or error classes.`)
  }
  const kind = Object.hasOwn(each, 'kind') ? (each as { kind?: unknown }).kind : undefined
  return typeof kind === 'string' ? kind : each.name
}
