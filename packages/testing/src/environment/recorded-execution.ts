// Owns: what an environment keeps of one execution: its log, the messages that wait, the attempts in hand and how it stands.
// The actor, while there is one, does the rest.
import type { ExecutionStatus } from '@baton/runtime'
import {
  Actor, ActorSetting, decode, type Delivery, type Encoded, endError, ExecutionEnded, type Input, type Log, macrotask, type Registered, replay,
  type StartInfo, toRow, type TurnDraft, type UpdateOutcome,
} from '@baton/runtime/core'
import type { AttributeValues } from '@baton/sdk'
import { loadAttributes, type StoredAttribute } from '@baton/sdk/host'
import { RecordedLog, toEvent } from './recorded-log.ts'
import { RecordedStreams } from './recorded-streams.ts'

type StoredAttributes = Readonly<Record<string, StoredAttribute>>

/** What an execution is started with, checked and encoded. */
export interface StartedWith {
  readonly input: Encoded
  readonly attributes: StoredAttributes
  readonly memo: Encoded
  /** What its first event says besides the input. */
  readonly start: StartInfo
  /** Virtual time that a mock takes in place of its `run`, ms. */
  readonly mockDelayMs?: number
}

/** An attempt that has begun and has no outcome yet. */
export interface InHand {
  /** What ends the virtual time that passes before its body runs. */
  readonly delay: { cancel(): void } | undefined
}

export class RecordedExecution {
  readonly id: string
  readonly workflow: Registered
  readonly input: Encoded
  readonly memo: Encoded
  readonly parent: StartInfo['parent']
  readonly createdAt: number
  /** Of a mock that is in place of its `run`; undefined where that is the real one. */
  readonly mockDelayMs: number | undefined
  readonly log: RecordedLog
  readonly streams = new RecordedStreams()
  /** Attempts by command; they outlive the actor that asked for them. */
  readonly inHand = new Map<string, InHand>()
  startedAt: number | undefined
  endedAt: number | undefined
  status: ExecutionStatus = 'pending'
  /** Why it is blocked. */
  blocked: unknown
  actor: Actor | undefined
  /** What came while there was no actor. */
  waiting: Delivery[] = []
  /** Messages whose event is not in the log yet, by their number. */
  readonly #inbox = new Map<string, Input>()
  readonly #answers = new Map<string, PromiseWithResolvers<UpdateOutcome>>()
  readonly #ended = Promise.withResolvers<void>()
  readonly #blocked = Promise.withResolvers<never>()
  #attributes: StoredAttributes
  #received = 0

  constructor(id: string, workflow: Registered, { input, attributes, memo, start, mockDelayMs }: StartedWith, at: number) {
    this.id = id
    this.workflow = workflow
    this.input = input
    this.#attributes = attributes
    this.memo = memo
    this.parent = start.parent
    this.createdAt = at
    this.mockDelayMs = mockDelayMs
    const isBare = Object.keys(start).length === 0
    this.log = new RecordedLog(toRow({ type: 'ExecutionStarted', input, ...(isBare ? {} : { start }) }), at)
    this.#blocked.promise.catch(() => {}) // an execution that nobody waits for may be blocked
  }

  /** The actor that the log describes. */
  async revive(log: Log): Promise<Actor> {
    const rows = this.log.run()
    const execution = await replay(this.workflow.program, rows.map(toEvent), macrotask, new ActorSetting(this.id, this.workflow, log))
    const lanes = new Map<string, number>()
    for (const { lane, seq } of rows) if (lane !== undefined) lanes.set(lane, seq)
    return new Actor(this.id, this.workflow, execution, { seq: this.log.main().length, lanes, nth: this.log.nth })
  }

  /** Writes what a turn has come to. */
  append(draft: TurnDraft, now: number): void {
    this.log.append(draft)
    for (const id of draft.consumed) this.#inbox.delete(id)
    for (const item of draft.items) this.streams.write(item, now)
    for (const { type, payload } of draft.events) {
      if (type === 'AttributesSet') this.#setAttributes(decode(payload) as Readonly<Record<string, StoredAttribute | null>>)
    }
    for (const { id, outcome } of draft.answers) this.#answers.get(id)?.resolve(outcome)
  }

  /** Its search attributes, those of the start and those it has set since. */
  get attributes(): AttributeValues {
    return loadAttributes(this.#attributes)
  }

  /** Keeps a message until it is consumed. */
  receive(input: Input): Delivery {
    const inbox = String(++this.#received)
    this.#inbox.set(inbox, input)
    return { input, inbox }
  }

  /** Whether the log has a signal or an update under the id of this one. */
  hasReceived(input: Input): boolean {
    if (input.kind !== 'signal' && input.kind !== 'update') return false
    const type = input.kind === 'signal' ? 'SignalReceived' : 'UpdateAccepted'
    return this.log.whole().map(toEvent).some((event) => event.type === type && event.id === input.id)
  }

  /** All messages that no event of the log is of. */
  unread(): Delivery[] {
    return [...this.#inbox].map(([inbox, input]) => ({ inbox, input }))
  }

  /** The answer to the update of this id, once there is one. */
  answerTo(id: string): Promise<UpdateOutcome> {
    const known = this.#answers.get(id) ?? Promise.withResolvers()
    this.#answers.set(id, known)
    known.promise.catch(() => {}) // who asked may have gone
    return known.promise
  }

  end(status: ExecutionStatus, at: number): void {
    this.status = status
    this.endedAt = at
    this.streams.end()
    this.#inbox.clear()
    this.#ended.resolve()
    for (const { reject } of this.#answers.values()) reject(new ExecutionEnded(this.id, status))
  }

  /** It cannot go on: whoever waits for it gets the error. */
  block(error: unknown): void {
    this.status = 'blocked'
    this.blocked = error
    this.#blocked.reject(error)
    for (const { reject } of this.#answers.values()) reject(error)
  }

  /** Resolves once it has ended, however; rejects once it is blocked. */
  ended(): Promise<void> {
    return this.endedAt === undefined ? Promise.race([this.#ended.promise, this.#blocked.promise]) : this.#ended.promise
  }

  /** @throws ExecutionFailed and its kinds; why it is blocked. */
  async result(): Promise<unknown> {
    await this.ended()
    const event = this.log.last()
    if (event && 'failure' in event) throw endError(this.id, this.status, event.failure)
    return event?.type === 'ExecutionCompleted' ? decode(event.output) : undefined
  }

  #setAttributes(changes: Readonly<Record<string, StoredAttribute | null>>): void {
    const merged = Object.entries({ ...this.#attributes, ...changes })
    this.#attributes = Object.fromEntries(merged.flatMap(([name, value]) => (value === null ? [] : [[name, value]])))
  }
}
