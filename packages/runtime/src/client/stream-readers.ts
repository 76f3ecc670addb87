// Owns: following streams. Readers fetch pages as they are consumed: a slow one holds back nobody.
import { checkStreamName } from '@baton/sdk/host'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { withReconnect } from '../log/reconnect.ts'
import { Alarms } from './alarms.ts'
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
  readonly #alarms = new Alarms()

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
    using alarm = this.#alarms.set(keyOf(id, stream))
    using _ = onAbort(signal, alarm.ring)
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
    this.#alarms.ringAll(channel === this.#names.ended ? (key) => told.has(executionOf(key)) : (key) => told.has(key))
  }

  missed(): void {
    this.#alarms.ringAll()
  }
}

function keyOf(execution: string, stream: string): string {
  return `${execution}\x1f${stream}`
}

function executionOf(key: string): string {
  return key.slice(0, key.indexOf('\x1f'))
}

function onAbort(signal: AbortSignal | undefined, act: () => void): Disposable {
  signal?.addEventListener('abort', act)
  return { [Symbol.dispose]: () => signal?.removeEventListener('abort', act) }
}
