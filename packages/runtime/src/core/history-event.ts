import { BatonError } from '@baton/sdk'
import { z } from 'zod'
import { Failure } from '../payload/failure.ts'
import type { Encoded } from '../payload/codec.ts'

/** What an execution's log says happened; times are milliseconds of the database's clock since 1970. */
export type HistoryEvent =
  | { readonly type: 'ExecutionStarted'; readonly input: Encoded }
  | { readonly type: 'StepCompleted'; readonly command: string; readonly output: Encoded }
  | { readonly type: 'StepRetrying'; readonly command: string; readonly attempt: number; readonly retryAt: number; readonly failure: Failure }
  | { readonly type: 'StepFailed'; readonly command: string; readonly attempts: number; readonly failure: Failure }
  | { readonly type: 'TimerStarted'; readonly command: string; readonly dueAt: number }
  | { readonly type: 'TimerFired'; readonly command: string }
  | { readonly type: 'ExecutionCompleted'; readonly output: Encoded }
  | { readonly type: 'ExecutionFailed'; readonly failure: Failure }

/** An event as a row: what all events have, and the rest as one payload. */
export interface EventRow {
  readonly type: string
  readonly command: string | null
  readonly payload: Encoded
}

const Retrying = z.object({ attempt: z.number(), retryAt: z.number(), failure: Failure })
const Failed = z.object({ attempts: z.number(), failure: Failure })
const Due = z.object({ dueAt: z.number() })

export function toRow(event: HistoryEvent): EventRow {
  switch (event.type) {
    case 'ExecutionStarted':
      return { type: event.type, command: null, payload: event.input }
    case 'StepCompleted':
      return { type: event.type, command: event.command, payload: event.output }
    case 'StepRetrying': {
      const { attempt, retryAt, failure } = event
      return { type: event.type, command: event.command, payload: JSON.stringify({ attempt, retryAt, failure }) }
    }
    case 'StepFailed': {
      const { attempts, failure } = event
      return { type: event.type, command: event.command, payload: JSON.stringify({ attempts, failure }) }
    }
    case 'TimerStarted':
      return { type: event.type, command: event.command, payload: JSON.stringify({ dueAt: event.dueAt }) }
    case 'TimerFired':
      return { type: event.type, command: event.command, payload: null }
    case 'ExecutionCompleted':
      return { type: event.type, command: null, payload: event.output }
    case 'ExecutionFailed':
      return { type: event.type, command: null, payload: JSON.stringify(event.failure) }
  }
}

/** @throws UnknownEvent on a type this version does not know: a newer version wrote the log. */
export function fromRow(row: EventRow): HistoryEvent {
  const command = row.command ?? ''
  const body = (): unknown => JSON.parse(row.payload ?? 'null')
  switch (row.type) {
    case 'ExecutionStarted':
      return { type: row.type, input: row.payload }
    case 'StepCompleted':
      return { type: row.type, command, output: row.payload }
    case 'StepRetrying':
      return { type: row.type, command, ...Retrying.parse(body()) }
    case 'StepFailed':
      return { type: row.type, command, ...Failed.parse(body()) }
    case 'TimerStarted':
      return { type: row.type, command, ...Due.parse(body()) }
    case 'TimerFired':
      return { type: row.type, command }
    case 'ExecutionCompleted':
      return { type: row.type, output: row.payload }
    case 'ExecutionFailed':
      return { type: row.type, failure: Failure.parse(body()) }
    default:
      throw new UnknownEvent(row.type)
  }
}

/** The log holds an event type that this version of the runtime does not know. */
class UnknownEvent extends BatonError {
  static override readonly kind = 'UnknownEvent'

  constructor(type: string) {
    super('UnknownEvent', `The log holds an event of type '${type}', written by a newer version; upgrade this worker.`)
  }
}
