// The form in which a history is kept in a file: JSON, with payloads as the log has them, so that nothing is lost.
import type { ExecutionDescription, HistoryRecord } from '@baton/runtime'
import { fromRow, type HistoryEvent, toRow } from '@baton/runtime/core'
import { z } from 'zod'
import { TestingError } from '../testing-error.ts'
import { toEvent } from './record.ts'

const Event = z.object({
  seq: z.int(),
  /** ISO 8601. */
  at: z.string(),
  type: z.string(),
  command: z.string().optional(),
  /** As the log has it; absent for `undefined`. */
  payload: z.unknown().optional(),
})

const Exported = z.object({
  /** The version of this form. */
  batonHistory: z.literal(1),
  workflow: z.string(),
  version: z.string(),
  id: z.string(),
  events: z.array(Event),
})

/** A history as JSON: write it with `JSON.stringify`, give it or its text to `replay`. */
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
  /** Its place in the history, from 1 without holes. */
  readonly seq: number
  /** ISO 8601. */
  readonly at: string
  /** Such as `StepCompleted`. */
  readonly type: string
  /** The identity of the step or timer it is about. */
  readonly command?: string | undefined
  /** As the log has it; absent for `undefined`. */
  readonly payload?: unknown
  /** What is Baton's own beside the payload. */
  readonly meta?: unknown
}

/** Where a history comes from: a handle's `history()`, an export, or an export's text. */
export type HistorySource = readonly HistoryRecord[] | ExportedHistory | string

/** A handle, of a client or of a test environment. */
export interface HistoryHandle {
  /** How the execution stands; its id, workflow and version go into the export. */
  describe(): Promise<ExecutionDescription>
  /** All of its events, in order. */
  history(): Promise<readonly HistoryRecord[]>
}

/**
 * The history of one execution as JSON.
 *
 * @throws ExecutionNotFound.
 * @example writeFileSync('histories/order-42.json', JSON.stringify(await exportHistory(baton.handle('order-42'))))
 */
export async function exportHistory(handle: HistoryHandle): Promise<ExportedHistory> {
  const { id, workflow, version } = await handle.describe()
  return { batonHistory: 1, workflow, version, id, events: (await handle.history()).map(toExported) }
}

function toExported(record: HistoryRecord): ExportedEvent {
  const { type, command, payload } = toRow(toEvent(record))
  return {
    seq: record.seq,
    at: record.at.toISOString(),
    type,
    ...(command === null ? {} : { command }),
    ...(payload === null ? {} : { payload: JSON.parse(payload) as unknown }),
  }
}

/** The events of a history, and the workflow's name and the execution's id where its source says them. */
export interface ReadHistory {
  readonly workflow: string | undefined
  readonly id: string | undefined
  readonly events: readonly HistoryEvent[]
}

/** @throws TestingError `InvalidInput` if it is no history; UnknownEvent. */
export function readHistory(source: HistorySource): ReadHistory {
  try {
    if (isRecords(source)) return { workflow: undefined, id: undefined, events: whole(source).map((record) => ({ ...toEvent(record), at: record.at.getTime() })) }
    const { workflow, id, events } = Exported.parse(typeof source === 'string' ? JSON.parse(source) : source)
    return { workflow, id, events: whole(events).map(ofExported) }
  } catch (cause) {
    if (cause instanceof z.ZodError) throw noHistory(cause.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; '), cause)
    throw cause instanceof SyntaxError ? noHistory(cause.message, cause) : cause
  }
}

/** The events, if none is missing at the front or between. */
function whole<E extends { readonly seq: number; readonly type: string }>(events: readonly E[]): readonly E[] {
  if (events[0]?.type !== 'ExecutionStarted') throw noHistory('it does not begin with ExecutionStarted')
  const hole = events.findIndex(({ seq }, i) => seq !== i + 1)
  if (hole >= 0) throw noHistory(`event ${hole + 1} is missing`)
  return events
}

function noHistory(why: string, cause?: Error): TestingError {
  return new TestingError('InvalidInput', `This is no history that exportHistory or history() has given: ${why}.`, { cause })
}

function isRecords(source: HistorySource): source is readonly HistoryRecord[] {
  return Array.isArray(source)
}

function ofExported({ at, type, command, payload, meta }: ExportedEvent): HistoryEvent {
  const event = fromRow({ type, command: command ?? null, payload: payload === undefined ? null : JSON.stringify(payload), meta: meta === undefined ? null : JSON.stringify(meta) })
  return { ...event, at: Date.parse(at) }
}
