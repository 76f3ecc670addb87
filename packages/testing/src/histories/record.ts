// Events as clients see them, payloads decoded, and back.
import type { HistoryRecord } from '@baton/runtime'
import { decode, encode, fromFailure, fromRow, type HistoryEvent, toFailure } from '@baton/runtime/core'
import { z } from 'zod'

/** What a record says, without its place and time. */
export type EventRecord = Pick<HistoryRecord, 'type' | 'command' | 'data'>

export function toRecord(event: HistoryEvent): EventRecord {
  return { type: event.type, command: 'command' in event ? event.command : undefined, data: dataOf(event) }
}

function dataOf(event: HistoryEvent): HistoryRecord['data'] {
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

const Retrying = z.object({ attempt: z.number(), retryAt: z.date(), error: z.unknown() })
const Failed = z.object({ attempts: z.number(), error: z.unknown() })
const Due = z.object({ dueAt: z.date() })

/** @throws UnknownEvent; ZodError if the data is not that of its type. */
export function toEvent({ type, command = '', data }: EventRecord): HistoryEvent {
  switch (type) {
    case 'ExecutionStarted':
      return { type, input: encode('The input', data['input']) }
    case 'StepCompleted':
      return { type, command, output: encode(`The output of '${command}'`, data['output']) }
    case 'StepRetrying': {
      const { attempt, retryAt, error } = Retrying.parse(data)
      return { type, command, attempt, retryAt: retryAt.getTime(), failure: toFailure(error) }
    }
    case 'StepFailed': {
      const { attempts, error } = Failed.parse(data)
      return { type, command, attempts, failure: toFailure(error) }
    }
    case 'TimerStarted':
      return { type, command, dueAt: Due.parse(data).dueAt.getTime() }
    case 'TimerFired':
      return { type, command }
    case 'ExecutionCompleted':
      return { type, output: encode('The output', data['output']) }
    case 'ExecutionFailed':
      return { type, failure: toFailure(data['error']) }
    default:
      return fromRow({ type, command, payload: null }) // an event of a newer version is refused as production does
  }
}
