import { BatonError, type Logger, type ProgressReport, type PublishOptions, type StepContext } from '@baton/sdk'
import type { StepOutcome } from '../core/input.ts'
import { decode, encode, type Encoded } from '../payload/codec.ts'
import { type Failure, toFailure } from '../payload/failure.ts'
import { inStep } from './ambient.ts'
import type { Attempt } from './attempt.ts'
import { codeLogger } from './code-logger.ts'
import { Publications } from './publications.ts'
import type { Registered } from './registry.ts'
import type { StepHost } from './step-host.ts'
import { enlist } from './step-transaction.ts'
import { withinTime } from './within-time.ts'

/** Why a running attempt's AbortSignal fires, other than its timeout. */
export class AttemptAborted extends BatonError {
  static override readonly kind = 'AttemptAborted'

  constructor(why: string) {
    super('AttemptAborted', why)
  }
}

/** The outcome is in the inbox of the execution already. */
export interface Posted {
  readonly kind: 'posted'
}

/** A running attempt. */
export interface RunningAttempt {
  /** Its outcome; never rejects. */
  readonly outcome: Promise<StepOutcome | Posted>
  /** Fires the AbortSignal; the outcome still comes, and nobody may want it. */
  abort(reason: Error): void
}

/** Runs the body of a step. */
export function runAttempt(workflow: Registered, attempt: Attempt, host: StepHost): RunningAttempt {
  const context = new Context(workflow, attempt, host)
  return { outcome: settle(workflow, attempt, context, host), abort: (reason) => context.abort(reason) }
}

async function settle(workflow: Registered, attempt: Attempt, context: Context, host: StepHost): Promise<StepOutcome | Posted> {
  try {
    if (!host.transact || !workflow.definition.steps.get(attempt.step)?.transactional) {
      return completed(workflow, attempt, await bounded(workflow, attempt, context))
    }
    await host.transact(attempt, async (transaction) => {
      enlist(context, transaction)
      return completed(workflow, attempt, await bounded(workflow, attempt, context))
    }, () => context.assertWanted())
    return { kind: 'posted' }
  } catch (error) {
    return { kind: 'failed', command: attempt.command, attempt: attempt.attempt, failure: failureOf(workflow, attempt, error), ...context.reported() }
  }
}

/** @throws what makes the output unfit to be written. */
function completed({ maxPayloadBytes }: Registered, { command, attempt, step }: Attempt, output: unknown): StepOutcome {
  return { kind: 'completed', command, attempt, output: encode(`The result of step '${step}'`, output, maxPayloadBytes) }
}

/** The record of what the body threw; only here are the classes at hand that the policy calls final. */
function failureOf(workflow: Registered, { step }: Attempt, error: unknown): Failure {
  const classes = workflow.definition.steps.get(step)?.nonRetryableClasses ?? []
  const failure = toFailure(error)
  return classes.some((type) => error instanceof type) ? { ...failure, final: true } : failure
}

function bounded(workflow: Registered, attempt: Attempt, context: Context): Promise<unknown> {
  const definition = workflow.definition.steps.get(attempt.step)
  const body = workflow.steps[attempt.step]
  if (!definition || typeof body !== 'function') {
    throw new BatonError('UnknownStep', `Workflow '${workflow.definition.name}' on this worker has no step '${attempt.step}'.`)
  }
  const args = decode(attempt.args) as unknown[] | undefined
  return withinTime(definition, context, async () => {
    try {
      return await inStep(context, () => body.apply(workflow.steps, args ?? []))
    } finally {
      if (context.published) await context.written() // what it has published stands before its outcome
    }
  })
}

/** What `stepContext()` answers. AbortController, logger and publications are made when somebody asks: most steps never do. */
class Context implements StepContext {
  readonly workflow: string
  readonly executionId: string
  readonly step: string
  readonly attempt: number
  readonly #attempt: Attempt
  readonly #host: StepHost
  readonly #maxPayloadBytes: number | undefined
  #details: Encoded | undefined
  #lastBeat: number | undefined
  #log: Logger | undefined
  #publications: Publications | undefined
  #controller: AbortController | undefined
  #reason: Error | undefined

  constructor(workflow: Registered, attempt: Attempt, host: StepHost) {
    this.#attempt = attempt
    this.#host = host
    this.#maxPayloadBytes = workflow.maxPayloadBytes
    this.#details = attempt.details
    this.workflow = workflow.definition.name
    this.executionId = attempt.execution
    this.step = attempt.step
    this.attempt = attempt.attempt
  }

  get idempotencyKey(): string {
    return `${this.executionId}/${this.#attempt.command}`
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#reason) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  heartbeat(details?: unknown): void {
    if (this.#reason) return // it is over: another attempt may be reporting by now
    if (details !== undefined) {
      this.#details = encode(`The heartbeat of step '${this.step}'`, details, this.#maxPayloadBytes)
      this.#host.heartbeat(this.#attempt, this.#details)
    }
    this.#lastBeat = performance.now()
  }

  heartbeatDetails<T>(): T | undefined {
    const { details } = this.#attempt
    return details === undefined ? undefined : (decode(details) as T)
  }

  /** When the body last said that it is alive, by `performance.now()`. */
  get lastBeat(): number | undefined {
    return this.#lastBeat
  }

  /** What goes into the log with the attempt's failure, for the next one. */
  reported(): { readonly details?: Encoded } {
    return this.#details === undefined ? {} : { details: this.#details }
  }

  get log(): Logger {
    const { executionId, workflow, step, attempt } = this
    this.#log ??= codeLogger(this.#host.log, { executionId, workflow, step, attempt })
    return this.#log
  }

  publish(stream: string, value: unknown, options?: PublishOptions): Promise<void> {
    return this.#publishing().publish(stream, value, options)
  }

  closeStream(stream: string): Promise<void> {
    return this.#publishing().close(stream)
  }

  progress(report: number | ProgressReport): Promise<void> {
    return this.#publishing().progress(report)
  }

  get published(): boolean {
    return this.#publications !== undefined
  }

  /** Resolves when all it has published is durable or refused. */
  async written(): Promise<void> {
    await this.#publications?.written()
  }

  /** @throws AttemptAborted if nobody here waits for its outcome any more: the execution has gone on without it. */
  assertWanted(): void {
    if (this.#reason instanceof AttemptAborted) throw this.#reason
  }

  abort(reason: Error): void {
    if (this.#reason) return
    this.#reason = reason
    this.#controller?.abort(reason)
  }

  #publishing(): Publications {
    this.#publications ??= new Publications(this.#host, this.#attempt, () => this.#reason)
    return this.#publications
  }
}
