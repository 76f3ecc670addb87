import { Cron } from 'croner'
import { checkName } from '../definition/check-name.ts'
import { DefinitionError } from '../errors/definition-error.ts'

/** Options of `cron`. */
export interface CronOptions<I> {
  /** The IANA time zone whose clock the expression means: `'Europe/Berlin'`; default `'UTC'`. */
  readonly timezone?: string
  /** Tells the triggers of a workflow apart and stands in the ids of what they start; default `'cron'`. */
  readonly name?: string
  /** The input of the execution of a tick; called where it is started, a little after the tick. Default: no input. */
  readonly input?: (at: Date) => I
}

/** When a workflow is started by itself; `I` is the input it is given then. */
export interface Trigger<I = unknown> {
  readonly kind: 'cron'
  readonly name: string
  readonly expression: string
  readonly timezone: string
  readonly input: ((at: Date) => I) | undefined
}

/**
 * Starts an execution at each tick of a clock: five fields from minute to day of the week, six with seconds before them, or
 * `@hourly`, `@daily` and their like.
 *
 * A tick that the clock leaves out in spring comes an hour later, one that it shows twice in autumn comes once, unless the
 * expression says every hour.
 *
 * @throws DefinitionError `InvalidTrigger`, `InvalidName`.
 * @example
 * @Workflow({ name: 'nightly', triggers: [cron('0 3 * * *', { timezone: 'Europe/Berlin', input: (at) => ({ day: at.toISOString() }) })] })
 */
export function cron<I = undefined>(expression: string, options: CronOptions<I> = {}): Trigger<I> {
  const { timezone = 'UTC', name = 'cron', input } = options
  checkName('trigger', name)
  const trigger: Trigger<I> = Object.freeze({ kind: 'cron', name, expression, timezone, input })
  if (typeof expression !== 'string' || /^\s*\d{4}-/.test(expression)) throw invalid(trigger, 'it is no cron expression')
  assertTimezone(trigger)
  let first: number | undefined
  try {
    first = nextTick(trigger, Date.now())
  } catch (error) {
    throw invalid(trigger, error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error), error)
  }
  if (first === undefined) throw invalid(trigger, 'it never comes')
  return trigger
}

/** The first tick after a moment, in ms since 1970; undefined if there is none. */
export function nextTick(trigger: Trigger, after: number): number | undefined {
  return ticking(trigger).nextRun(new Date(after))?.getTime()
}

/** The last tick up to a moment, it included, in ms since 1970; undefined if there is none. */
export function lastTick(trigger: Trigger, until: number): number | undefined {
  return ticking(trigger).previousRuns(1, new Date(until + 1))[0]?.getTime()
}

/** It sets no timer: it is asked. */
function ticking({ expression, timezone }: Trigger): Cron {
  return new Cron(expression, { timezone, paused: true })
}

function assertTimezone(trigger: Trigger): void {
  try {
    Intl.DateTimeFormat('en', { timeZone: trigger.timezone })
  } catch (error) {
    throw invalid(trigger, `'${trigger.timezone}' is no time zone; give one like 'Europe/Berlin'`, error)
  }
}

function invalid({ expression }: Trigger, why: string, cause?: unknown): DefinitionError {
  return new DefinitionError('InvalidTrigger', `cron('${expression}') cannot start a workflow: ${why}.`, { cause })
}
