import { BatonError } from '@baton/sdk'
import { z } from 'zod'
import type { Encoded } from '../payload/codec.ts'
import { Failure } from '../payload/failure.ts'
import type { HistoryEvent } from './history-event.ts'
import { StartInfo } from './start-info.ts'

/** An event as a row: its subject, what it carries of the author's as one payload, and the rest as `meta`. */
export interface EventRow {
  readonly type: string
  /** The command, message or patch it is about. */
  readonly command: string | null
  readonly payload: Encoded
  /** JSON of what is Baton's own; null where there is nothing. */
  readonly meta: string | null
}

const Retrying = z.object({ attempt: z.number(), retryAt: z.number(), failure: Failure, details: z.string().nullable().optional() })
const Failed = z.object({ attempts: z.number(), failure: Failure })
const Due = z.object({ dueAt: z.number() })
const Named = z.object({ name: z.string() })
const Identified = z.object({ id: z.string() })
const Executing = z.object({ execution: z.string() })
const Token = z.object({ token: z.string() })
const Reason = z.object({ reason: z.string() })
const Within = z.object({ within: z.string() })
const Which = z.object({ which: z.enum(['execution', 'run']) })
const Encoded = z.string().nullable()
const Undos = z.array(z.object({ step: z.string(), args: Encoded, output: Encoded })).optional()
const Iterated = z.object({ output: Encoded, undo: Undos })
const IterationFailure = z.object({ failure: Failure, undo: Undos })

export function toRow(event: HistoryEvent): EventRow {
  switch (event.type) {
    case 'ExecutionStarted':
    case 'ContinuedAsNew':
      return row(event.type, null, event.input, event.start)
    case 'StepCompleted':
    case 'ChildCompleted':
    case 'TokenCompleted':
      return { type: event.type, command: event.command, payload: event.output, meta: null }
    case 'StepRetrying': {
      const { attempt, retryAt, failure, details } = event
      return row(event.type, event.command, JSON.stringify({ attempt, retryAt, failure, details }))
    }
    case 'StepFailed': {
      const { attempts, failure } = event
      return row(event.type, event.command, JSON.stringify({ attempts, failure }))
    }
    case 'ChildStartFailed':
    case 'ChildFailed':
    case 'MessageFailed':
    case 'TokenFailed':
      return row(event.type, event.command, JSON.stringify(event.failure))
    case 'TimerStarted':
      return row(event.type, event.command, JSON.stringify({ dueAt: event.dueAt }))
    case 'TimerFired':
    case 'MessageDelivered':
      return row(event.type, event.command, null)
    case 'SignalReceived':
      return row(event.type, event.name, event.args, { id: event.id })
    case 'UpdateAccepted':
      return row(event.type, event.id, event.args, { name: event.name })
    case 'UpdateCompleted':
      return row(event.type, event.id, event.output)
    case 'UpdateFailed':
      return row(event.type, event.id, JSON.stringify(event.failure))
    case 'ChildStarted':
      return row(event.type, event.command, null, { execution: event.execution })
    case 'TokenIssued':
      return row(event.type, event.command, null, { token: event.token })
    case 'IterationCompleted':
      return row(event.type, event.command, JSON.stringify({ output: event.output, undo: event.undo }))
    case 'IterationFailed':
      return row(event.type, event.command, JSON.stringify({ failure: event.failure, undo: event.undo }))
    case 'Patched':
      return row(event.type, event.id, null, event.within === undefined ? undefined : { within: event.within })
    case 'AttributesSet':
      return row(event.type, null, event.attributes)
    case 'StopRequested':
      return row(event.type, null, null, { reason: event.reason })
    case 'TimedOut':
      return row(event.type, null, null, { which: event.which })
    case 'ExecutionCompleted':
      return row(event.type, null, event.output)
    case 'ExecutionFailed':
    case 'ExecutionStopped':
    case 'ExecutionTimedOut':
    case 'ExecutionKilled':
      return row(event.type, null, JSON.stringify(event.failure))
  }
}

function row(type: string, command: string | null, payload: Encoded, meta?: object): EventRow {
  return { type, command, payload, meta: meta === undefined ? null : JSON.stringify(meta) }
}

/** @throws UnknownEvent on a type this version does not know: a newer version wrote the log. */
export function fromRow(from: EventRow): HistoryEvent {
  const { type, payload } = from
  const command = from.command ?? ''
  const body = (): unknown => JSON.parse(payload ?? 'null')
  const meta = (): unknown => JSON.parse(from.meta ?? '{}')
  switch (type) {
    case 'StepCompleted':
    case 'ChildCompleted':
    case 'TokenCompleted':
      return { type, command, output: payload }
    case 'ExecutionStarted':
    case 'ContinuedAsNew':
      return from.meta === null ? { type, input: payload } : { type, input: payload, start: StartInfo.parse(meta()) }
    case 'StepRetrying':
      return { type, command, ...Retrying.parse(body()) }
    case 'StepFailed':
      return { type, command, ...Failed.parse(body()) }
    case 'ChildStartFailed':
    case 'ChildFailed':
    case 'MessageFailed':
    case 'TokenFailed':
      return { type, command, failure: Failure.parse(body()) }
    case 'TimerStarted':
      return { type, command, ...Due.parse(body()) }
    case 'TimerFired':
    case 'MessageDelivered':
      return { type, command }
    case 'SignalReceived':
      return { type, name: command, args: payload, ...Identified.parse(meta()) }
    case 'UpdateAccepted':
      return { type, id: command, args: payload, ...Named.parse(meta()) }
    case 'UpdateCompleted':
      return { type, id: command, output: payload }
    case 'UpdateFailed':
      return { type, id: command, failure: Failure.parse(body()) }
    case 'ChildStarted':
      return { type, command, ...Executing.parse(meta()) }
    case 'TokenIssued':
      return { type, command, ...Token.parse(meta()) }
    case 'IterationCompleted':
      return { type, command, ...Iterated.parse(body()) }
    case 'IterationFailed':
      return { type, command, ...IterationFailure.parse(body()) }
    case 'Patched':
      return { type, id: command, ...(from.meta === null ? {} : Within.parse(meta())) }
    case 'AttributesSet':
      return { type, attributes: payload }
    case 'StopRequested':
      return { type, ...Reason.parse(meta()) }
    case 'TimedOut':
      return { type, ...Which.parse(meta()) }
    case 'ExecutionCompleted':
      return { type, output: payload }
    case 'ExecutionFailed':
    case 'ExecutionStopped':
    case 'ExecutionTimedOut':
    case 'ExecutionKilled':
      return { type, failure: Failure.parse(body()) }
    default:
      throw new UnknownEvent(type)
  }
}

/** The log holds an event type that this version of the runtime does not know. */
class UnknownEvent extends BatonError {
  static override readonly kind = 'UnknownEvent'

  constructor(type: string) {
    super('UnknownEvent', `The log holds an event of type '${type}', written by a newer version; upgrade this worker.`)
  }
}
