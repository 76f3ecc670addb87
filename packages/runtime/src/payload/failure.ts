import { ApplicationError, BatonError, StepFailed, StepTimedOut } from '@baton/sdk'
import { z } from 'zod'

/** An error as the log keeps it. */
export interface Failure {
  readonly name: string
  readonly message: string
  readonly code?: string | undefined
  readonly stack?: string | undefined
  readonly cause?: Failure | undefined
  /** What the error's own class needs to be made again. */
  readonly detail?: Readonly<Record<string, unknown>> | undefined
}

export const Failure: z.ZodType<Failure> = z.object({
  name: z.string(),
  message: z.string(),
  code: z.string().optional(),
  stack: z.string().optional(),
  get cause() {
    return Failure.optional()
  },
  detail: z.record(z.string(), z.unknown()).optional(),
})

const MAX_CAUSES = 8
const MAX_TEXT = 16_384

/** The record of anything thrown; long texts are cut, so that an error never fails to be recorded. */
export function toFailure(error: unknown, depth = 0): Failure {
  if (!(error instanceof Error) && !(error instanceof BatonError)) {
    return { name: 'Error', message: cut(String(error)), detail: { thrown: typeof error } }
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const cause = error.cause
  return {
    name: error.name,
    message: cut(error.message),
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: cut(error.stack) }),
    ...(cause === undefined || depth >= MAX_CAUSES ? {} : { cause: toFailure(cause, depth + 1) }),
    ...detailOf(error),
  }
}

function detailOf(error: Error): { detail?: Readonly<Record<string, unknown>> } {
  if (error instanceof ApplicationError) {
    return { detail: { type: error.type, retryable: error.retryable, ...jsonDetails(error.details) } }
  }
  if (error instanceof StepFailed) return { detail: { step: error.step, attempts: error.attempts } }
  if (error instanceof StepTimedOut) return { detail: { timeoutMs: error.timeoutMs } }
  return {}
}

function jsonDetails(details: unknown): { details?: unknown } {
  if (details === undefined) return {}
  try {
    const text = JSON.stringify(details)
    return text === undefined ? {} : { details: text.length > MAX_TEXT ? cut(text) : JSON.parse(text) }
  } catch {
    return { details: cut(String(details)) } // circular or with a bigint: what can be said of it is kept
  }
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (cut)` : text
}

/** An error again, of its own class where that is Baton's. */
export function fromFailure(failure: Failure): Error {
  const cause = failure.cause === undefined ? undefined : fromFailure(failure.cause)
  const error = make(failure, cause)
  if (failure.stack !== undefined) error.stack = failure.stack
  return error
}

function make(failure: Failure, cause: Error | undefined): Error {
  const options = cause === undefined ? {} : { cause }
  const detail = failure.detail ?? {}
  switch (failure.name) {
    case 'ApplicationError':
      return new ApplicationError(failure.message, {
        type: String(detail['type'] ?? failure.message),
        retryable: detail['retryable'] === true,
        details: detail['details'],
        ...options,
      })
    case 'StepFailed':
      return new StepFailed(String(detail['step']), Number(detail['attempts']), cause)
    case 'StepTimedOut': {
      const error = new StepTimedOut('', Number(detail['timeoutMs']))
      error.message = failure.message
      return error
    }
    default: {
      const error = failure.code === undefined ? new Error(failure.message, options) : new BatonError(failure.code, failure.message, options)
      error.name = failure.name
      return error
    }
  }
}
