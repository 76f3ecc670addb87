// What stands in the inbox, as text and as what it means to an execution.
import { z } from 'zod'
import type { Input, StepOutcome } from '../core/input.ts'
import type { Encoded } from '../payload/codec.ts'
import { Failure } from '../payload/failure.ts'
import type { NewMessage } from './post.ts'

export interface InboxRow {
  readonly id: string
  readonly kind: string
  readonly command: string
  readonly payload: string | null
}

const EncodedText = z.string().nullable()
const StepPayload = z.union([
  z.object({ attempt: z.int(), output: EncodedText }),
  z.object({ attempt: z.int(), failure: Failure, details: EncodedText.optional() }),
])
const Call = z.object({ id: z.string(), args: EncodedText })
const Reason = z.object({ reason: z.string() })
const Outcome = z.union([z.object({ output: EncodedText }), z.object({ failure: Failure })])
const TokenPayload = z.union([z.object({ token: z.string(), output: EncodedText }), z.object({ token: z.string(), failure: Failure })])

/** A message that was read: what it tells the execution, or asks of it. */
export type Received =
  | { readonly inbox: string; readonly input: Input }
  | { readonly inbox: string; readonly query: Question }
  | { readonly inbox: string; readonly pause: true }

/** The query that every execution answers: what it waits for. */
export const WAITS = 'baton:waits'

/** A query that is to be answered under its id. */
export interface Question {
  readonly id: string
  readonly name: string
  readonly args: Encoded
}

export function fromInbox({ id: inbox, kind, command, payload }: InboxRow): Received {
  const body: unknown = JSON.parse(payload ?? 'null')
  switch (kind) {
    case 'step': {
      const outcome = StepPayload.parse(body)
      return { inbox, input: 'output' in outcome ? { kind: 'completed', command, ...outcome } : { kind: 'failed', command, ...outcome } }
    }
    case 'signal':
    case 'update':
      return { inbox, input: { kind, name: command, ...Call.parse(body) } }
    case 'query':
      return { inbox, query: { name: command, ...Call.parse(body) } }
    case 'pause':
      return { inbox, pause: true }
    case 'stop':
    case 'kill':
      return { inbox, input: { kind, ...Reason.parse(body) } }
    case 'child': {
      const outcome = Outcome.parse(body)
      return { inbox, input: 'output' in outcome ? { kind: 'child-completed', command, ...outcome } : { kind: 'child-failed', command, ...outcome } }
    }
    case 'token': {
      const outcome = TokenPayload.parse(body)
      return { inbox, input: 'output' in outcome ? { kind: 'token', command, ...outcome } : { kind: 'token-failed', command, ...outcome } }
    }
    default:
      throw new TypeError(`The inbox holds a message of kind '${kind}', written by a newer version; upgrade this worker.`)
  }
}

export function stepMessage(execution: string, input: StepOutcome): NewMessage {
  const { command, kind: _, ...outcome } = input
  return { kind: 'message', execution, type: 'step', subject: command, payload: JSON.stringify(outcome) }
}

/** What an answer is kept under: an id is of one execution, and another may have the same. */
export function answerKey(execution: string, id: string): string {
  return `${execution}\u001f${id}`
}

/** A call by name, as a signal, an update or a query is. */
export function callMessage(execution: string, type: 'signal' | 'update' | 'query', name: string, call: { readonly id: string; readonly args: Encoded }): NewMessage {
  return { kind: 'message', execution, type, subject: name, payload: JSON.stringify(call) }
}

/** The id that a call was made under, also of one that is sealed. */
export function messageId(payload: Encoded): string {
  return z.object({ id: z.string() }).parse(JSON.parse(payload ?? 'null')).id
}

/** Asks the owner to set an execution aside. */
export function pauseMessage(execution: string): NewMessage {
  return { kind: 'message', execution, type: 'pause', subject: 'pause', payload: null }
}

export function stopMessage(execution: string, type: 'stop' | 'kill', reason: string): NewMessage {
  return { kind: 'message', execution, type, subject: type, payload: JSON.stringify({ reason }) }
}

/** The end of a child, for the command of its parent that started it. */
export function childMessage(parent: string, command: string, outcome: { readonly output: Encoded } | { readonly failure: Failure }): NewMessage {
  return { kind: 'message', execution: parent, type: 'child', subject: command, payload: JSON.stringify(outcome) }
}

/** What the token of a wait was completed with. */
export function tokenMessage(
  execution: string, command: string, token: string, outcome: { readonly output: Encoded } | { readonly failure: Failure },
): NewMessage {
  return { kind: 'message', execution, type: 'token', subject: command, payload: JSON.stringify({ token, ...outcome }) }
}
