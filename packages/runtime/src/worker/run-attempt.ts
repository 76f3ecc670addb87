import { BatonError, type StepContext, StepTimedOut } from '@baton/sdk'
import type { Input } from '../core/input.ts'
import { decode, encode } from '../payload/codec.ts'
import { type Failure, toFailure } from '../payload/failure.ts'
import { type Alarm, setAlarmIn } from './alarms.ts'
import { inStep } from './ambient.ts'
import type { Registered } from './registry.ts'

/** One attempt of one step, wherever its execution lives. */
export interface Attempt {
  readonly execution: string
  readonly command: string
  readonly step: string
  readonly attempt: number
  readonly args: string | null
}

/** Why a running attempt's AbortSignal fires, other than its timeout. */
export class AttemptAborted extends BatonError {
  static override readonly kind = 'AttemptAborted'

  constructor(why: string) {
    super('AttemptAborted', why)
  }
}

/** A running attempt. */
export interface RunningAttempt {
  /** Its outcome; never rejects. */
  readonly outcome: Promise<Input>
  /** Fires the AbortSignal; the outcome still comes, and nobody may want it. */
  abort(reason: Error): void
}

/** Runs the body of a step. */
export function runAttempt(workflow: Registered, attempt: Attempt): RunningAttempt {
  const context = new Context(workflow, attempt)
  return { outcome: settle(workflow, attempt, context), abort: (reason) => context.abort(reason) }
}

async function settle(workflow: Registered, attempt: Attempt, context: Context): Promise<Input> {
  const { command, attempt: number } = attempt
  try {
    const output = await bounded(workflow, attempt, context)
    return { kind: 'completed', command, attempt: number, output: encode(`The result of step '${attempt.step}'`, output) }
  } catch (error) {
    return { kind: 'failed', command, attempt: number, failure: failureOf(workflow, attempt, error) }
  }
}

/** The record of what the body threw; only here are the classes at hand that the policy calls final. */
function failureOf(workflow: Registered, { step }: Attempt, error: unknown): Failure {
  const classes = workflow.definition.steps.get(step)?.nonRetryableClasses ?? []
  const failure = toFailure(error)
  return classes.some((type) => error instanceof type) ? { ...failure, final: true } : failure
}

async function bounded(workflow: Registered, attempt: Attempt, context: Context): Promise<unknown> {
  const definition = workflow.definition.steps.get(attempt.step)
  const body = workflow.steps[attempt.step]
  if (!definition || typeof body !== 'function') {
    throw new BatonError('UnknownStep', `Workflow '${workflow.definition.name}' on this worker has no step '${attempt.step}'.`)
  }
  const args = decode(attempt.args) as unknown[] | undefined
  const run = (): Promise<unknown> => inStep(context, () => body.apply(workflow.steps, args ?? []))
  const { timeoutMs } = definition
  if (timeoutMs === undefined) return run()
  let alarm: Alarm | undefined
  const timeout = new Promise<never>((_, reject) => {
    alarm = setAlarmIn(timeoutMs, () => {
      const error = new StepTimedOut(attempt.step, timeoutMs)
      reject(error)
      context.abort(error)
    })
  })
  try {
    return await Promise.race([run(), timeout])
  } finally {
    alarm?.cancel()
  }
}

/** What `stepContext()` answers. The AbortController is made when somebody asks: most steps never do. */
class Context implements StepContext {
  readonly workflow: string
  readonly executionId: string
  readonly step: string
  readonly attempt: number
  readonly #command: string
  #controller: AbortController | undefined
  #reason: Error | undefined

  constructor(workflow: Registered, attempt: Attempt) {
    this.workflow = workflow.definition.name
    this.executionId = attempt.execution
    this.step = attempt.step
    this.attempt = attempt.attempt
    this.#command = attempt.command
  }

  get idempotencyKey(): string {
    return `${this.executionId}/${this.#command}`
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#reason) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  abort(reason: Error): void {
    if (this.#reason) return
    this.#reason = reason
    this.#controller?.abort(reason)
  }
}
