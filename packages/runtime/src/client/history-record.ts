import { loadAttributes, type StoredAttribute } from '@baton/sdk/host'
import type { HistoryEvent } from '../core/history-event.ts'
import { decode, type Encoded } from '../payload/codec.ts'
import { fromFailure } from '../payload/failure.ts'

/** One event of a history, its payloads decoded. */
export interface HistoryRecord {
  readonly seq: number
  readonly at: Date
  readonly type: string
  /** The identity of the command it is about. */
  readonly command: string | undefined
  readonly data: Readonly<Record<string, unknown>>
}

/** What a record says, without its place and time. */
export type EventRecord = Pick<HistoryRecord, 'type' | 'command' | 'data'>

export function toRecord(event: HistoryEvent): EventRecord {
  return { type: event.type, command: 'command' in event ? event.command : undefined, data: dataOf(event) }
}

function dataOf(event: HistoryEvent): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'ExecutionStarted':
    case 'ContinuedAsNew':
      return { input: decode(event.input) }
    case 'StepCompleted':
    case 'ChildCompleted':
    case 'TokenCompleted':
    case 'IterationCompleted':
    case 'ExecutionCompleted':
      return { output: decode(event.output) }
    case 'StepRetrying':
      return { attempt: event.attempt, retryAt: new Date(event.retryAt), error: fromFailure(event.failure) }
    case 'StepFailed':
      return { attempts: event.attempts, error: fromFailure(event.failure) }
    case 'TimerStarted':
      return { dueAt: new Date(event.dueAt) }
    case 'TimerFired':
    case 'MessageDelivered':
      return {}
    case 'SignalReceived':
    case 'UpdateAccepted':
      return { id: event.id, name: event.name, args: decode(event.args) ?? [] }
    case 'UpdateCompleted':
      return { id: event.id, output: decode(event.output) }
    case 'UpdateFailed':
      return { id: event.id, error: fromFailure(event.failure) }
    case 'ChildStarted':
      return { execution: event.execution }
    case 'TokenIssued':
      return {} // whoever reads a history need not be the one who may decide
    case 'Patched':
      return { id: event.id }
    case 'AttributesSet':
      return { attributes: changesOf(event.attributes) }
    case 'StopRequested':
      return { reason: event.reason }
    case 'TimedOut':
      return { which: event.which }
    default:
      return { error: fromFailure(event.failure) }
  }
}

/** What was set, by name; null for what was removed. */
function changesOf(attributes: Encoded): Readonly<Record<string, unknown>> {
  const changes = Object.entries(decode(attributes) as Readonly<Record<string, StoredAttribute | null>>)
  return Object.fromEntries(changes.map(([name, value]) => [name, value === null ? null : loadAttributes({ [name]: value })[name]]))
}
