// The form in which a history is kept in a file: JSON, with payloads as the log has them, so that nothing is lost.
import type { ExecutionDescription } from '@baton/runtime'
import { type HistoryEvent, fromRow, type RawEvent, rawHistory } from '@baton/runtime/core'
import { z } from 'zod'
import { TestingError } from '../testing-error.ts'
import { withoutSecrets } from './without-secrets.ts'

const Event = z.object({
  seq: z.int(),
  /** ISO 8601. */
  at: z.string(),
  type: z.string(),
  command: z.string().optional(),
  /** As the log has it; absent for `undefined`. */
  payload: z.unknown().optional(),
  meta: z.unknown().optional(),
  lane: z.string().optional(),
})

const Exported = z.object({
  /** The version of this form. */
  batonHistory: z.literal(1),
  workflow: z.string(),
  version: z.string(),
  id: z.string(),
  events: z.array(Event),
})

/** A history as JSON: write it with `JSON.stringify`, give it or its text to `replay` or `given`. */
export interface ExportedHistory {
  /** The version of this form; a plain number, as an imported JSON file has it. */
  readonly batonHistory: number
  /** The workflow's name. */
  readonly workflow: string
  /** The workflow's version when it was started. */
  readonly version: string
  /** The execution's id. */
  readonly id: string
  readonly events: readonly ExportedEvent[]
}

/** One event of an exported history. */
export interface ExportedEvent {
  /** Its place in its log, from 1 without holes. */
  readonly seq: number
  /** ISO 8601. */
  readonly at: string
  /** Such as `StepCompleted`. */
  readonly type: string
  /** The identity of the step or timer it is about, or the name of the signal. */
  readonly command?: string | undefined
  /** As the log has it; absent for `undefined`. */
  readonly payload?: unknown
  /** What is Baton's own beside the payload. Of a token that was issued it has a stand-in. */
  readonly meta?: unknown
  /** The iteration of a `forEach` whose log it is in; absent in the main log. */
  readonly lane?: string | undefined
}

/** Where a history comes from: an export, or an export's text. */
export type HistorySource = ExportedHistory | string

/** A handle, of a client or of a test environment. */
export interface HistoryHandle {
  /** How the execution stands; its id, workflow and version go into the export. */
  describe(): Promise<ExecutionDescription>
  /** @internal */
  [rawHistory](): Promise<readonly RawEvent[]>
}

/**
 * The history of one execution as JSON, with all of its runs and with the iterations of a `forEach` that have not ended. Tokens
 * of approvals are left out: a stand-in of the same kind is written in their place.
 *
 * @throws ExecutionNotFound.
 * @example writeFileSync('histories/order-42.json', JSON.stringify(await exportHistory(baton.handle('order-42'))))
 */
export async function exportHistory(handle: HistoryHandle): Promise<ExportedHistory> {
  const { id, workflow, version } = await handle.describe()
  return { batonHistory: 1, workflow, version, id, events: (await handle[rawHistory]()).map(withoutSecrets).map(toExported) }
}

function toExported({ seq, at, type, command, payload, meta, lane }: RawEvent): ExportedEvent {
  return {
    seq,
    at: at.toISOString(),
    type,
    ...(command === null ? {} : { command }),
    ...(payload === null ? {} : { payload: JSON.parse(payload) as unknown }),
    ...(meta === null ? {} : { meta: JSON.parse(meta) as unknown }),
    ...(lane === null ? {} : { lane }),
  }
}

/** The events of a history, in the order in which a replay delivers them, and whose they are. */
export interface ReadHistory {
  readonly workflow: string
  readonly id: string
  readonly events: readonly HistoryEvent[]
}

/** @throws TestingError `InvalidInput` if it is no history; UnknownEvent. */
export function readHistory(source: HistorySource): ReadHistory {
  try {
    const { workflow, id, events } = Exported.parse(typeof source === 'string' ? JSON.parse(source) : source)
    assertWhole(events)
    return { workflow, id, events: events.map(ofExported) }
  } catch (cause) {
    if (cause instanceof z.ZodError) throw noHistory(cause.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; '), cause)
    throw cause instanceof SyntaxError ? noHistory(cause.message, cause) : cause
  }
}

/** No event may be missing at the front or between, of any of the logs. */
function assertWhole(events: readonly ExportedEvent[]): void {
  if (events[0]?.type !== 'ExecutionStarted') throw noHistory('it does not begin with ExecutionStarted')
  const last = new Map<string | undefined, number>()
  for (const { seq, lane } of events) {
    const due = (last.get(lane) ?? 0) + 1
    if (seq !== due) throw noHistory(`event ${due}${lane === undefined ? '' : ` of '${lane}'`} is missing`)
    last.set(lane, seq)
  }
}

function noHistory(why: string, cause?: Error): TestingError {
  return new TestingError('InvalidInput', `This is no history that exportHistory has given: ${why}.`, { cause })
}

function ofExported({ at, type, command, payload, meta, lane }: ExportedEvent): HistoryEvent {
  const text = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))
  const event = { ...fromRow({ type, command: command ?? null, payload: text(payload), meta: text(meta) }), at: Date.parse(at) }
  return lane === undefined ? event : { ...event, lane }
}
