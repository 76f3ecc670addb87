// From events as clients see them back to those of the log.
import { encode, type EventRecord, fromRow, type HistoryEvent, toFailure } from '@baton/runtime/core'
import { z } from 'zod'

const Retrying = z.object({ attempt: z.number(), retryAt: z.date(), error: z.unknown() })
const Failed = z.object({ attempts: z.number(), error: z.unknown() })
const Attributes = z.record(z.string(), z.unknown())
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
    case 'AttributesSet':
      return { type, attributes: encode('The attributes', stored(Attributes.parse(data['attributes']))) }
    case 'ExecutionCompleted':
      return { type, output: encode('The output', data['output']) }
    case 'ExecutionFailed':
      return { type, failure: toFailure(data['error']) }
    default:
      return fromRow({ type, command, payload: null, meta: null }) // an event of a newer version is refused as production does
  }
}

/** As the log has them: a moment says that it is one. */
function stored(attributes: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, value instanceof Date ? { at: value.toISOString() } : value]))
}
