import { DefinitionError } from '../errors/definition-error.ts'
import { type Duration, parseDuration } from '../types/duration.ts'
import type { StepOptions } from '../types/options.ts'
import { checkName, checkStepName } from './check-name.ts'
import { defineRetry, errorClasses } from './define-retry.ts'
import type { StepDefinition } from './workflow-definition.ts'

/** What a step takes from the class it stands in. */
export interface StepPlace {
  readonly workflow: string
  readonly queue: string
  readonly isCompensation: boolean
}

/** Priorities are levels, not measurements: room enough, and each costs a lookup where steps wait in line. */
const MAX_PRIORITY = 1_000
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
  if (options.transactional && options.cancellation !== undefined && options.cancellation !== 'wait') {
    throw new DefinitionError('InvalidOption', `${where}: a transactional step that is cancelled is waited for, so that its outcome is known; drop cancellation or say 'wait'.`)
  }
  return Object.freeze({
    name,
    retry: defineRetry(where, options.retry),
    nonRetryableClasses: errorClasses(options.retry),
    timeoutMs: milliseconds(options.timeout),
    totalTimeoutMs: milliseconds(options.totalTimeout),
    scheduleToStartTimeoutMs: milliseconds(options.scheduleToStartTimeout),
    heartbeatTimeoutMs: milliseconds(options.heartbeatTimeout),
    priority: checkPriority(where, options.priority ?? 0),
    queue,
    prefer: options.prefer ?? 'local',
    cancellation: oneOf(where, 'cancellation', CANCELLATIONS, options.cancellation) ?? (options.compensate === undefined && !options.transactional ? 'try' : 'wait'),
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

function milliseconds(duration: Duration | undefined): number | undefined {
  return duration === undefined ? undefined : parseDuration(duration)
}

/**
 * A priority as pg-boss and the line in front of the slots take it.
 *
 * @throws DefinitionError `InvalidOption`.
 */
export function checkPriority(where: string, priority: number): number {
  if (Number.isInteger(priority) && Math.abs(priority) <= MAX_PRIORITY) return priority
  throw new DefinitionError('InvalidOption', `${where}: priority is ${priority}; give a whole number from -${MAX_PRIORITY} to ${MAX_PRIORITY}.`)
}
