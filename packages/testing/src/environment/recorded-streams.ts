// Owns: what an execution of an environment has published. The rules are those of the tables: offsets from 0 without gaps, a
// key of a call once, nothing after the closing or the end.
import type { StreamItem } from '@baton/runtime'
import { decode, type NewItem } from '@baton/runtime/core'
import { StreamClosed } from '@baton/sdk'

interface Recorded {
  readonly items: StreamItem[]
  readonly keys: Set<string>
  closed: boolean
}

export class RecordedStreams {
  readonly #streams = new Map<string, Recorded>()
  #ended = false
  #changed = Promise.withResolvers<void>()

  /** @throws StreamClosed. */
  publish(item: NewItem, at: number): void {
    if (!this.write(item, at)) throw new StreamClosed(item.execution, item.stream)
  }

  /** False where nothing is written any more. */
  write({ stream, command, attempt, key, payload }: NewItem, at: number): boolean {
    const { items, keys, closed } = this.#of(stream)
    const known = key === null ? undefined : `${command ?? ''}\x1f${key}`
    if (known !== undefined && keys.has(known)) return true
    if (closed || this.#ended) return false
    if (known !== undefined) keys.add(known)
    items.push({
      offset: items.length, value: decode(payload), command: attempt === null ? undefined : (command ?? undefined), attempt: attempt ?? undefined, at: new Date(at),
    })
    this.#tell()
    return true
  }

  close(stream: string): void {
    this.#of(stream).closed = true
    this.#tell()
  }

  /** Closes all of them. */
  end(): void {
    this.#ended = true
    this.#tell()
  }

  /** What stands in a stream now. */
  items(stream: string): readonly StreamItem[] {
    return this.#of(stream).items
  }

  isOver(stream: string): boolean {
    return this.#ended || this.#of(stream).closed
  }

  /** Resolves at the next change of any of them. */
  changed(): Promise<void> {
    return this.#changed.promise
  }

  #of(stream: string): Recorded {
    const found = this.#streams.get(stream) ?? { items: [], keys: new Set(), closed: false }
    this.#streams.set(stream, found)
    return found
  }

  #tell(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }
}
