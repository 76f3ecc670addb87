import type { ZodType } from 'zod'
import type { Trigger } from '../triggers/cron.ts'
import type { Duration } from './duration.ts'

/** An error class, as `instanceof` takes it. */
export type ErrorClass = abstract new (...args: never[]) => Error

/** How often failures of one kind are followed by another attempt, and when. */
export interface RetryBudget {
  /** The failure of this kind that is final: 3 allows two more attempts, 1 none. */
  readonly maxAttempts?: number
  /** Time before the attempt after the first failure of this kind. */
  readonly delay?: Duration
  /** What the delay is multiplied by after each failure of this kind: 1 to 100, `'fixed'` for 1, `'exponential'` for 2. */
  readonly backoff?: number | 'fixed' | 'exponential'
  /** The delay never exceeds it. */
  readonly maxDelay?: Duration
}

/**
 * When and how often a failed attempt is tried again. Its own numbers are the budget of application errors: 3 attempts, `'1s'`
 * apart at first, `'exponential'`, at most `'1m'`, where nothing is said.
 */
export interface RetryPolicy extends RetryBudget {
  /**
   * The budget of failures of the infrastructure: `PlatformError`s of the author and Baton's own. Default: 10 attempts, or 1
   * where `maxAttempts` is 1; delays as for application errors.
   */
  readonly platform?: RetryBudget
  /** The budget of attempts that took longer than `timeout` or `heartbeatTimeout`. Default: as for application errors. */
  readonly timeout?: RetryBudget
  /** The part of each delay, 0 to 1, that is left to chance: with 0.2 a delay is 80 to 100 % of what it would be; default 0. */
  readonly jitter?: number
  /** Error classes, names, codes or `ApplicationError` types for which another attempt is useless; default none. */
  readonly nonRetryable?: readonly (string | ErrorClass)[]
}

/** What a failed step of a declarative workflow means for the others (Maestro's failure modes). */
export type FailureMode = 'fail_after_running' | 'fail_immediately' | 'ignore'

/**
 * What a cancelled call of a step does: `'try'` rejects at once and the body's AbortSignal fires; `'wait'` fires the signal and
 * rejects when the body has ended; `'abandon'` rejects at once and leaves the body alone.
 */
export type StepCancellation = 'try' | 'wait' | 'abandon'

/** Options of `@Step`. */
export interface StepOptions {
  /** Default: 3 attempts, 1 s, 2 s apart; 10 where the infrastructure fails. */
  readonly retry?: RetryPolicy
  /** The longest one attempt may take; then its AbortSignal fires and the attempt has failed; default none. */
  readonly timeout?: Duration
  /** The longest the step may take from the call on, over all attempts and the delays between them; default none. */
  readonly totalTimeout?: Duration
  /** The longest an attempt may wait for a worker or a slot; then the step has failed, without another attempt; default none. */
  readonly scheduleToStartTimeout?: Duration
  /** The longest a body may go without `stepContext().heartbeat()`; then the attempt has timed out; default none. */
  readonly heartbeatTimeout?: Duration
  /** Among steps that wait for a slot or a worker, the higher goes first: a whole number from -1000 to 1000; default 0. */
  readonly priority?: number
  /** The task queue whose workers run the step; default: the workflow's. */
  readonly queue?: string
  /** `'remote'` sends the step through the queue even where its own worker could run it; default `'local'`. */
  readonly prefer?: 'local' | 'remote'
  /** What becomes of the body when the scope of the call is cancelled; default `'try'`, `'wait'` with `compensate`. */
  readonly cancellation?: StepCancellation
  /**
   * The step that undoes this one when the execution fails or is cancelled later: it is given `(output, ...args)`. In a
   * declarative workflow such a step is no node of the graph.
   */
  readonly compensate?: string
  /**
   * Gives the body a transaction on Baton's database, `stepTransaction()`, that commits with the step's outcome: what it writes
   * takes effect exactly once; default `false`.
   */
  readonly transactional?: boolean
  /** The steps of a declarative workflow whose outputs this one takes. */
  readonly after?: readonly string[]
  /** With `'any'` a step runs once all of `after` have ended and at least one has succeeded; default `'all'`: all have. */
  readonly join?: 'all' | 'any'
  /**
   * Whether the step runs, by the outputs of `after` and the workflow's input; if not, it and all that needs it end as
   * unsatisfied. Must be pure.
   */
  // `any`: the decorator cannot know the class it stands in; `up` is typed where the author annotates it.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly when?: (up: any, input: any) => boolean
  /** Default `'fail_after_running'`: running steps finish, no new one starts, then the execution fails. */
  readonly onFailure?: FailureMode
}

/** Options of `@Workflow`; `I`, `O` and `G` are checked against the class. */
export interface WorkflowOptions<I = unknown, O = unknown, G = unknown> {
  /** The name clients start it by: letters, digits, `.`, `_` and `-`. */
  readonly name: string
  /** Free text that the manifest and executions carry; default `'1'`. */
  readonly version?: string
  /** Checks the input before an execution is written; a start by class writes what it parses to, one by name what it was given. */
  readonly input?: ZodType<I>
  /** Checks what `run` returned before the execution completes. */
  readonly output?: ZodType<O>
  /** The task queue of its executions and steps; default `'default'`. */
  readonly queue?: string
  /** After this time from its start the execution is asked to stop, and ends as `timed_out`; default none. */
  readonly timeout?: Duration
  /** The same for a single run between two `continueAsNew`; default none. */
  readonly runTimeout?: Duration
  /** When it is started by itself, by whichever worker serves its newest version; default never. */
  readonly triggers?: readonly Trigger<G>[]
}
