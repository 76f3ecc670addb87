// Owns: what an environment keeps of one execution: its log and how it stands. The actor, while there is one, does the rest.
import type { ExecutionStatus } from '@baton/runtime'
import type { AttributeValues } from '@baton/sdk'
import { loadAttributes, type StoredAttribute } from '@baton/sdk/host'
import {
  type Actor, decode, type Encoded, type EventRow, ExecutionFailed, fromRow, type HistoryEvent, type Registered,
} from '@baton/runtime/core'
import { RecordedStreams } from './recorded-streams.ts'

/** An event with its place and virtual time. */
export interface LoggedEvent {
  readonly seq: number
  readonly at: Date
  readonly event: HistoryEvent
}

type StoredAttributes = Readonly<Record<string, StoredAttribute>>

/** What an execution is started with, checked and encoded. */
export interface StartedWith {
  readonly input: Encoded
  readonly attributes: StoredAttributes
  readonly memo: Encoded
}

export class RecordedExecution {
  readonly id: string
  readonly workflow: Registered
  readonly input: Encoded
  #attributes: StoredAttributes
  readonly memo: Encoded
  readonly createdAt: number
  startedAt: number | undefined
  endedAt: number | undefined
  status: ExecutionStatus = 'pending'
  /** Why it is blocked. */
  blocked: unknown
  actor: Actor | undefined
  readonly streams = new RecordedStreams()
  readonly #rows: { readonly row: EventRow; readonly at: number }[] = []
  readonly #ended = Promise.withResolvers<void>()

  constructor(id: string, workflow: Registered, { input, attributes, memo }: StartedWith, at: number) {
    this.id = id
    this.workflow = workflow
    this.input = input
    this.#attributes = attributes
    this.memo = memo
    this.createdAt = at
    this.append([{ type: 'ExecutionStarted', command: null, payload: input, meta: null }], at)
    this.#ended.promise.catch(() => {}) // an execution that nobody waits for may fail
  }

  append(rows: readonly EventRow[], at: number): void {
    for (const row of rows) {
      this.#rows.push({ row, at })
      const event = fromRow(row)
      if (event.type === 'AttributesSet') this.#setAttributes(decode(event.attributes) as Readonly<Record<string, StoredAttribute | null>>)
    }
  }

  events(): readonly LoggedEvent[] {
    return this.#rows.map(({ row, at }, i) => ({ seq: i + 1, at: new Date(at), event: fromRow(row) }))
  }

  /** Its search attributes, those of the start and those it has set since. */
  get attributes(): AttributeValues {
    return loadAttributes(this.#attributes)
  }

  end(status: ExecutionStatus, at: number): void {
    this.status = status
    this.endedAt = at
    this.streams.end()
    this.#ended.resolve()
  }

  /** It will not end by itself: whoever waits for it gets the error. */
  giveUp(error: unknown): void {
    this.#ended.reject(error)
  }

  /** Resolves once it has ended, however; rejects with what it was given up with. */
  ended(): Promise<void> {
    return this.#ended.promise
  }

  /** @throws ExecutionFailed; what it was given up with. */
  async result(): Promise<unknown> {
    await this.#ended.promise
    const event = this.events().at(-1)?.event
    if (event?.type === 'ExecutionFailed') throw new ExecutionFailed(this.id, event.failure)
    return event?.type === 'ExecutionCompleted' ? decode(event.output) : undefined
  }

  #setAttributes(changes: Readonly<Record<string, StoredAttribute | null>>): void {
    const merged = Object.entries({ ...this.#attributes, ...changes })
    this.#attributes = Object.fromEntries(merged.flatMap(([name, value]) => (value === null ? [] : [[name, value]])))
  }
}
