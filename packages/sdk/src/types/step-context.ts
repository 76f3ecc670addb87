import type { Logger } from './logger.ts'
import type { ProgressReport, PublishOptions } from './stream-types.ts'

/** What a step knows of its own attempt. */
export interface StepContext {
  readonly workflow: string
  readonly executionId: string
  readonly step: string
  /** Counts from 1. */
  readonly attempt: number
  /** The same for every attempt of this call of this step, different for every other; give it to the services you call. */
  readonly idempotencyKey: string
  /** Fires when the attempt has timed out, the execution has ended or the worker stops. */
  readonly signal: AbortSignal
  /**
   * Says that the body is alive and how far it is: begins its `heartbeatTimeout` anew and keeps the details for the next attempt.
   * Without details the last ones stay. It neither waits nor fails with the database: details are written about once a second.
   *
   * @throws PayloadNotSerializable, PayloadTooLarge.
   * @example for (const page of pages) { await send(page); stepContext().heartbeat({ done: page.number }) }
   */
  heartbeat(details?: unknown): void
  /**
   * The details of the last heartbeat of an earlier attempt, also of one whose worker died; undefined where there were none.
   *
   * @example const from = stepContext().heartbeatDetails<{ done: number }>()?.done ?? 0
   */
  heartbeatDetails<T>(): T | undefined
  /** The worker's log, with execution, step and attempt in each line. */
  readonly log: Logger
  /**
   * Appends an item to a stream of the execution, for clients to read; resolves once it is durable. The step does not end
   * before all it has published has been written.
   *
   * @throws StreamClosed if the stream was closed or the execution has ended; InvalidStreamName; PayloadNotSerializable;
   * PayloadTooLarge above 256 KiB; the signal's reason once the signal has fired.
   * @example await stepContext().publish('tokens', token)
   */
  publish(stream: string, value: unknown, options?: PublishOptions): Promise<void>
  /**
   * Ends a stream: its readers end, and nothing can be published to it any more. All streams end with the execution.
   *
   * @throws InvalidStreamName; the signal's reason once the signal has fired.
   */
  closeStream(stream: string): Promise<void>
  /**
   * Says how far the step is, as an item of the stream `progress`: a fraction from 0 to 1, or numbers. Reports that come while
   * one is being written are replaced by the last of them.
   *
   * @throws DefinitionError `InvalidOption`; StreamClosed; the signal's reason once the signal has fired.
   * @example await stepContext().progress({ done: 3, total: 10, message: 'pages' })
   */
  progress(report: number | ProgressReport): Promise<void>
}
