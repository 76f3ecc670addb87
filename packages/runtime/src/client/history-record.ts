import type { HistoryEvent } from '../core/history-event.ts'
import { decode } from '../payload/codec.ts'
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
      return { input: decode(event.input) }
    case 'StepCompleted':
    case 'ExecutionCompleted':
      return { output: decode(event.output) }
    case 'StepRetrying':
      return { attempt: event.attempt, retryAt: new Date(event.retryAt), error: fromFailure(event.failure) }
    case 'StepFailed':
      return { attempts: event.attempts, error: fromFailure(event.failure) }
    case 'TimerStarted':
      return { dueAt: new Date(event.dueAt) }
    case 'TimerFired':
      return {}
    case 'ExecutionFailed':
      return { error: fromFailure(event.failure) }
  }
}
