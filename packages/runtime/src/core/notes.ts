// Owns: what the program says without waiting for an answer: patches it has come by, attributes, items for streams, log lines.
import type { LogFields, LogLevel } from '@baton/sdk'
import { encode, type Encoded, MAX_ITEM_BYTES } from '../payload/codec.ts'
import type { HistoryEvent } from './history-event.ts'
import type { Inside } from './inside.ts'
import { placed } from './placed.ts'
import type { Region } from './region.ts'

/** An item for a stream, written with the turn. */
export interface Published {
  readonly stream: string
  /** Of this item in this execution: one that is written already is not written again. */
  readonly key: string
  readonly value: Encoded
}

const NOTHING: readonly never[] = []

/** Most executions have none of these, and many executions are in memory: what holds them is made for the first. */
function including(set: Set<string> | undefined, id: string): Set<string> {
  return set ? set.add(id) : new Set([id])
}

export class Notes {
  readonly #inside: Inside
  /** Events that say what the program did; they tell it nothing. */
  #events: HistoryEvent[] | undefined
  #published: Published[] | undefined
  #patches: Set<string> | undefined
  #asked: Set<string> | undefined
  /** Patches that this run passed without, in its old branch. */
  #passed: Set<string> | undefined

  constructor(inside: Inside) {
    this.#inside = inside
  }

  /** The log bears the mark of this patch. */
  foresee(patch: string): void {
    this.#patches = including(this.#patches, patch)
  }

  patched(id: string, scope: Region): boolean {
    const { readOnly, isLive } = this.#inside
    if (readOnly.active) return this.#patches?.has(id) ?? false
    this.#asked = including(this.#asked, id)
    if (this.#patches?.has(id)) return true
    // The first answer holds: what is asked again, as in a loop, is not to change in the middle.
    if (!isLive) this.#passed = including(this.#passed, id)
    if (this.#passed?.has(id)) return false
    this.#patches = including(this.#patches, id)
    // In the main log, wherever it was asked: the log of an iteration is not read any more once that has ended.
    this.#note(scope.lane === undefined ? { type: 'Patched', id } : { type: 'Patched', id, within: scope.lane })
    return true
  }

  deprecatePatch(id: string): void {
    this.#asked = including(this.#asked, id)
  }

  /** Whether the program has come by a patch that the log bears the mark of. */
  knows(patch: string): boolean {
    return this.#asked?.has(patch) ?? false
  }

  setAttributes(attributes: Readonly<Record<string, unknown>>, scope: Region): void {
    this.#inside.readOnly.assertWritable('setAttributes()')
    if (this.#inside.completion) return
    this.#note(placed({ type: 'AttributesSet', attributes: this.#inside.encode('The attributes', attributes) }, scope))
  }

  /** The log has attributes that the program set; false if it has not come to it. */
  confirmAttributes(): boolean {
    if (this.#events?.[0]?.type !== 'AttributesSet') return false
    this.#events.shift()
    return true
  }

  publish(stream: string, value: unknown, scope: Region): void {
    this.#inside.readOnly.assertWritable('publish()')
    const encoded = encode(`An item of stream '${stream}'`, value, MAX_ITEM_BYTES)
    const key = scope.identify(`publish:${stream}`)
    // What was published before the last event of the log was committed with it; the rest may be, and its key tells.
    if (this.#inside.isLive) (this.#published ??= []).push({ stream, key, value: encoded })
  }

  /** Lines are of the moment: in a replay there are none. */
  log(level: LogLevel, message: string, fields: LogFields): void {
    if (this.#inside.isLive) this.#inside.setting.log(level, message, fields)
  }

  take(): readonly HistoryEvent[] {
    const events = this.#events ?? NOTHING
    this.#events = undefined
    return events
  }

  takePublished(): readonly Published[] {
    const published = this.#published ?? NOTHING
    this.#published = undefined
    return published
  }

  #note(event: HistoryEvent): void {
    (this.#events ??= []).push(event)
  }
}
