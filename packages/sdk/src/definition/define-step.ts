import { DefinitionError } from '../errors/definition-error.ts'
import { parseDuration } from '../types/duration.ts'
import type { StepOptions } from '../types/options.ts'
import { checkName, checkStepName } from './check-name.ts'
import type { RetryDefinition, StepDefinition } from './workflow-definition.ts'

/** What a step takes from the class it stands in. */
export interface StepPlace {
  readonly workflow: string
  readonly queue: string
  readonly isCompensation: boolean
}

const CANCELLATIONS = ['try', 'wait', 'abandon'] as const

/**
 * The options of a step, checked and with every default filled in.
 *
 * @throws DefinitionError `InvalidName`, `InvalidOption`, `InvalidDuration`.
 */
export function defineStep(place: StepPlace, name: string, options: StepOptions): StepDefinition {
  const where = `${place.workflow}.${name}`
  checkStepName(place.workflow, name)
  const queue = options.queue ?? place.queue
  checkName('queue', queue)
  return Object.freeze({
    name,
    retry: defineRetry(where, options),
    timeoutMs: options.timeout === undefined ? undefined : parseDuration(options.timeout),
    queue,
    prefer: options.prefer ?? 'local',
    cancellation: oneOf(where, 'cancellation', CANCELLATIONS, options.cancellation) ?? (options.compensate === undefined ? 'try' : 'wait'),
    compensate: options.compensate,
    isCompensation: place.isCompensation,
    transactional: options.transactional ?? false,
    after: Object.freeze([...(options.after ?? [])]),
    join: options.join ?? 'all',
    when: options.when,
    onFailure: options.onFailure ?? 'fail_after_running',
  })
}

/** Authors of plain JavaScript have no types to tell them. */
function oneOf<T extends string>(where: string, option: string, known: readonly T[], value: T | undefined): T | undefined {
  if (value === undefined || known.includes(value)) return value
  throw new DefinitionError('InvalidOption', `${where}: ${option} is '${String(value)}'; it is one of '${known.join("', '")}'.`)
}

function defineRetry(where: string, { retry = {} }: StepOptions): RetryDefinition {
  const { maxAttempts = 3, backoff = 2 } = retry
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > 1_000_000) {
    throw new DefinitionError('InvalidOption', `${where}: retry.maxAttempts is ${maxAttempts}; give a whole number from 1 to 1,000,000.`)
  }
  if (!(backoff >= 1 && backoff <= 100)) {
    throw new DefinitionError('InvalidOption', `${where}: retry.backoff is ${backoff}; give a number from 1 to 100.`)
  }
  return Object.freeze({
    maxAttempts,
    delayMs: parseDuration(retry.delay ?? '1s'),
    backoff,
    maxDelayMs: parseDuration(retry.maxDelay ?? '1m'),
    nonRetryable: Object.freeze([...(retry.nonRetryable ?? [])]),
  })
}
