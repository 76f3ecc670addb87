// Owns: following streams. Readers fetch pages as they are consumed: a slow one holds back nobody.
import { checkStreamName } from '@baton/sdk/host'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { withReconnect } from '../log/reconnect.ts'
import { ClientClosed, ExecutionNotFound, InvalidQuery } from './client-errors.ts'
import type { Ear, Listener } from './listener.ts'
import { markFollowed, readStream, type StreamItem, type StreamPage } from './read-stream.ts'

/** Options of `handle.stream`. */
export interface StreamOptions {
  /** The first offset that is wanted; default 0. */
  readonly from?: number
  /** `false`: end with what is there instead of waiting for more; default `true`. */
  readonly follow?: boolean
  /** Ends the reading; the loop throws the signal's reason. */
  readonly signal?: AbortSignal
  /** How many items are fetched at once, 1 to 1,000; default 200. */
  readonly pageSize?: number
}

/** How long a server may be away before a reader gives up. */
const PATIENCE_MS = 300_000

export class StreamReaders implements Ear {
  readonly channels: readonly string[]
  readonly #database: Database
  readonly #names: Names
  readonly #listener: Listener
  readonly #waiting = new Map<string, Set<() => void>>()

  constructor(database: Database, names: Names, listener: Listener) {
    this.channels = [names.streams, names.ended]
    this.#database = database
    this.#names = names
    this.#listener = listener
  }

  /**
   * A stream's items from an offset on: first those that are there, then each as it comes, until the stream is over.
   *
   * @throws ExecutionNotFound, InvalidStreamName, InvalidQuery, ClientClosed, PayloadUnreadable, PayloadCodecFailed; the signal's
   * reason.
   */
  async *read(id: string, stream: string, options: StreamOptions): AsyncGenerator<StreamItem, void, undefined> {
    checkStreamName(stream)
    const { from = 0, follow = true, signal, pageSize = 200 } = options
    if (!Number.isInteger(from) || from < 0 || from > 2 ** 31 - 1) throw new InvalidQuery(`A stream is read from an offset of 0 or more, not ${from}.`)
    if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 1_000) throw new InvalidQuery(`A page of a stream holds 1 to 1,000 items, not ${pageSize}.`)
    let next = from
    const page = async (): Promise<StreamPage> => {
      signal?.throwIfAborted()
      if (this.#listener.closed) throw new ClientClosed(id)
      const request = { id, stream, from: next, limit: pageSize }
      const found = await withReconnect(() => readStream(this.#database, this.#names, request), PATIENCE_MS)
      if (!found) throw new ExecutionNotFound(id)
      return found
    }
    using alarm = this.#alarm(id, stream, signal)
    let marked = false
    for (;;) {
      alarm.reset() // what comes from here on may be on the page or not
      const { items, over } = await page()
      for (const item of items) {
        signal?.throwIfAborted()
        next = item.offset + 1
        yield item
      }
      if (items.length === pageSize) continue
      if (over || !follow) return
      if (!marked) {
        await this.#listener.listen(this)
        if (this.#listener.closed) throw new ClientClosed(id)
        await withReconnect(() => markFollowed(this.#database.pool, this.#names, id, stream), PATIENCE_MS)
        marked = true
        continue
      }
      await alarm.rung()
    }
  }

  heard(channel: string, keys: readonly string[]): void {
    const told = new Set(keys)
    this.#tell(channel === this.#names.ended ? (key) => told.has(executionOf(key)) : (key) => told.has(key))
  }

  missed(): void {
    this.#tell(() => true)
  }

  /** Rings when the stream may have changed, the reading was given up or the client was closed. */
  #alarm(id: string, stream: string, signal: AbortSignal | undefined): Alarm {
    const key = keyOf(id, stream)
    const alarm = new Alarm(() => {
      signal?.removeEventListener('abort', alarm.ring)
      waiting.delete(alarm.ring)
      if (waiting.size === 0) this.#waiting.delete(key)
    })
    const waiting = this.#waiting.get(key) ?? new Set()
    this.#waiting.set(key, waiting)
    waiting.add(alarm.ring)
    signal?.addEventListener('abort', alarm.ring)
    return alarm
  }

  #tell(concerns: (key: string) => boolean): void {
    for (const [key, waiting] of this.#waiting) if (concerns(key)) for (const ring of waiting) ring()
  }
}

/** A bell that stays rung until it is reset. */
class Alarm implements Disposable {
  #rung = Promise.withResolvers<void>()
  readonly #dispose: () => void

  constructor(dispose: () => void) {
    this.#dispose = dispose
  }

  readonly ring = (): void => this.#rung.resolve()

  reset(): void {
    this.#rung = Promise.withResolvers()
  }

  rung(): Promise<void> {
    return this.#rung.promise
  }

  [Symbol.dispose](): void {
    this.#dispose()
  }
}

function keyOf(execution: string, stream: string): string {
  return `${execution}\x1f${stream}`
}

function executionOf(key: string): string {
  return key.slice(0, key.indexOf('\x1f'))
}
