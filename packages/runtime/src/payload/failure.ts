import {
  ApplicationError, BatonError, Cancelled, ChildFailed, CompensationFailed, ForEachFailed, PlatformError, StepFailed, StepTimedOut, type StepTimeoutKind,
} from '@baton/sdk'
import { brand, kindsOf } from '@baton/sdk/host'
import { z } from 'zod'

/** An error as the log keeps it. */
export interface Failure {
  readonly name: string
  readonly message: string
  readonly code?: string | undefined
  /** For Baton's own errors and subclasses of them: what they answer `instanceof` by. */
  readonly kinds?: readonly string[] | undefined
  readonly stack?: string | undefined
  readonly cause?: Failure | undefined
  /** What an AggregateError gathers. */
  readonly errors?: readonly Failure[] | undefined
  /** What the error's own class needs to be made again. */
  readonly detail?: Readonly<Record<string, unknown>> | undefined
  /** The step's policy lists its class: only where the class is at hand can that be told. */
  readonly final?: boolean | undefined
}

export const Failure: z.ZodType<Failure> = z.object({
  name: z.string(),
  message: z.string(),
  code: z.string().optional(),
  kinds: z.array(z.string()).optional(),
  stack: z.string().optional(),
  get cause() {
    return Failure.optional()
  },
  get errors() {
    return z.array(Failure).optional()
  },
  detail: z.record(z.string(), z.unknown()).optional(),
  final: z.boolean().optional(),
})

const MAX_CAUSES = 8
const MAX_ERRORS = 8
const MAX_TEXT = 16_384

/** The record of anything thrown; long texts are cut, and nothing thrown is so odd that it fails to be recorded. */
export function toFailure(error: unknown, depth = 0): Failure {
  try {
    return isError(error) ? ofError(error, depth) : ofOther(error)
  } catch {
    return { name: 'Error', message: 'Something was thrown that cannot be read.', detail: { thrown: typeof error } }
  }
}

function ofError(error: Error, depth: number): Failure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const kinds = kindsOf(error)
  const { cause } = error
  const deeper = depth < MAX_CAUSES
  return {
    name: cut(text(error.name)),
    message: cut(text(error.message)),
    ...(code === undefined ? {} : { code }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(typeof error.stack === 'string' ? { stack: cut(error.stack) } : {}),
    ...(cause === undefined || !deeper ? {} : { cause: toFailure(cause, depth + 1) }),
    ...(error instanceof AggregateError && deeper
      ? { errors: error.errors.slice(0, MAX_ERRORS).map((each) => toFailure(each, Math.max(depth + 1, MAX_CAUSES - 1))) }
      : {}),
    ...detailOf(error),
  }
}

function ofOther(thrown: unknown): Failure {
  const said = typeof thrown === 'object' && thrown !== null && 'message' in thrown ? thrown.message : thrown
  const message = typeof said === 'object' && said !== null ? JSON.stringify(said) : String(said)
  return { name: 'Error', message: cut(message), detail: { thrown: typeof thrown } }
}

/** Errors of other realms, such as a vm's, too. */
function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
}

function detailOf(error: Error): { detail?: Readonly<Record<string, unknown>> } {
  if (error instanceof ApplicationError) {
    return { detail: { type: error.type, retryable: error.retryable, ...retryAfter(error), ...jsonDetails(error.details) } }
  }
  if (error instanceof PlatformError) return { detail: { ...retryAfter(error) } }
  if (error instanceof StepFailed) return { detail: { step: error.step, attempts: error.attempts } }
  if (error instanceof Cancelled) return { detail: { reason: error.reason } }
  if (error instanceof ChildFailed) return { detail: { workflow: error.workflow, executionId: error.executionId } }
  if (error instanceof ForEachFailed) {
    const failures = error.failures.slice(0, MAX_ERRORS).map(({ index, error: why }) => ({ index, failure: toFailure(why, MAX_CAUSES - 1) }))
    return { detail: { failed: error.failed, failures } }
  }
  if (error instanceof CompensationFailed) {
    const failures = error.failures.slice(0, MAX_ERRORS).map(({ step, error: why }) => ({ step, failure: toFailure(why, MAX_CAUSES - 1) }))
    return { detail: { failures } }
  }
  if (error instanceof StepTimedOut) return { detail: { timeoutMs: error.timeoutMs, timeoutKind: error.timeoutKind } }
  return {}
}

function retryAfter({ retryAfterMs }: ApplicationError | PlatformError): { retryAfterMs?: number } {
  return retryAfterMs === undefined ? {} : { retryAfterMs }
}

function jsonDetails(details: unknown): { details?: unknown } {
  if (details === undefined) return {}
  try {
    const json = JSON.stringify(details)
    return json === undefined ? {} : { details: json.length > MAX_TEXT ? cut(json) : JSON.parse(json) }
  } catch {
    return { details: cut(String(details)) } // circular or with a bigint: what can be said of it is kept
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : String(value)
}

function cut(long: string): string {
  return long.length > MAX_TEXT ? `${long.slice(0, MAX_TEXT)}… (cut)` : long
}

/** An error again, of its own class where that is Baton's, and `instanceof` what it was if its class comes from Baton's. */
export function fromFailure(failure: Failure): Error {
  const options = failure.cause === undefined ? {} : { cause: fromFailure(failure.cause) }
  const error = failure.kinds === undefined ? foreign(failure, options) : own(failure, failure.kinds, options)
  // What was recorded, not what the constructor makes of it today.
  if (error.message !== failure.message) define(error, 'message', failure.message)
  if (error.name !== failure.name) define(error, 'name', failure.name)
  // Without a stack of its own it would show the place where the log was read.
  define(error, 'stack', failure.stack ?? `${failure.name}: ${failure.message}`)
  return error
}

function foreign({ message, code, errors }: Failure, options: ErrorOptions): Error {
  const error = errors === undefined ? new Error(message, options) : new AggregateError(errors.map(fromFailure), message, options)
  return code === undefined ? error : Object.assign(error, { code })
}

function own(failure: Failure, kinds: readonly string[], options: ErrorOptions): BatonError {
  const { message, code = 'BatonError' } = failure
  const kind = kinds.find((each) => Object.hasOwn(makers, each))
  const error = kind === undefined ? new BatonError(code, message, options) : (makers[kind]?.(failure, options) ?? new BatonError(code, message, options))
  brand(error, kinds)
  return error
}

/** How errors with more to them than a message are made again, by their kind. */
const makers: Readonly<Record<string, (failure: Failure, options: ErrorOptions) => BatonError>> = {
  ApplicationError: ({ message, detail = {} }, options) => new ApplicationError(message, {
    type: String(detail['type'] ?? message),
    retryable: detail['retryable'] === true,
    details: detail['details'],
    ...retryOf(detail),
    ...options,
  }),
  PlatformError: ({ message, detail = {} }, options) => new PlatformError(message, { ...retryOf(detail), ...options }),
  StepFailed: ({ detail = {} }, { cause }) => new StepFailed(String(detail['step']), Number(detail['attempts']), cause),
  StepTimedOut: ({ detail = {} }, options) => new StepTimedOut('', Number(detail['timeoutMs']), timeoutKind(detail['timeoutKind']), options),
  Cancelled: ({ detail = {} }, options) => new Cancelled(String(detail['reason']), options),
  ChildFailed: ({ detail = {} }, { cause }) => new ChildFailed(String(detail['workflow']), String(detail['executionId']), cause),
  ForEachFailed: ({ detail = {} }) => {
    const failures = Indexed.parse(detail['failures']).map(({ index, failure }) => ({ index, error: fromFailure(failure) }))
    return new ForEachFailed('', Number(detail['failed']), failures)
  },
  CompensationFailed: ({ detail = {} }, { cause }) => {
    const failures = Named.parse(detail['failures']).map(({ step, failure }) => ({ step, error: fromFailure(failure) }))
    return new CompensationFailed(cause, failures)
  },
}

const Indexed = z.array(z.object({ index: z.number(), failure: Failure }))
const Named = z.array(z.object({ step: z.string(), failure: Failure }))

function retryOf(detail: Readonly<Record<string, unknown>>): { retryAfter?: number } {
  const { retryAfterMs } = detail
  return typeof retryAfterMs === 'number' ? { retryAfter: retryAfterMs } : {}
}

function timeoutKind(kind: unknown): StepTimeoutKind {
  return kind === 'total' || kind === 'scheduleToStart' || kind === 'heartbeat' ? kind : 'attempt'
}

/** As the constructor would: not among the keys. */
function define(error: Error, key: 'message' | 'name' | 'stack', value: string): void {
  Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true })
}
