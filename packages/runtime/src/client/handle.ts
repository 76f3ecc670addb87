import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { withReconnect } from '../log/reconnect.ts'
import { describe, history } from './describe.ts'
import type { ExecutionDescription } from './description.ts'
import type { HistoryRecord } from './history-record.ts'
import type { StreamItem } from './read-stream.ts'
import type { Results } from './results.ts'
import type { StreamOptions, StreamReaders } from './stream-readers.ts'

/** One execution, as a client sees it. */
export class Handle<O> {
  readonly id: string
  readonly #database: Database
  readonly #names: Names
  readonly #results: Results
  readonly #streams: StreamReaders

  /** @internal */
  constructor(id: string, database: Database, names: Names, results: Results, streams: StreamReaders) {
    this.id = id
    this.#database = database
    this.#names = names
    this.#results = results
    this.#streams = streams
  }

  /**
   * What the workflow returned, once it has.
   *
   * @throws ExecutionFailed with the workflow's error as cause; ExecutionNotFound; ClientClosed.
   */
  result(): Promise<O> {
    return this.#results.result(this.id) as Promise<O>
  }

  /**
   * What it is and where it stands.
   *
   * @throws ExecutionNotFound.
   */
  describe(): Promise<ExecutionDescription> {
    return withReconnect(() => describe(this.#database, this.#names, this.id))
  }

  /**
   * Its log, from the first event.
   *
   * @throws ExecutionNotFound.
   */
  history(): Promise<readonly HistoryRecord[]> {
    return withReconnect(() => history(this.#database, this.#names, this.id))
  }

  /**
   * The items of one of its streams from an offset on: first those that are there, then each as it is published, until the
   * stream is closed or the execution has ended. Pages are fetched as they are consumed.
   *
   * @throws ExecutionNotFound, InvalidStreamName, InvalidQuery, ClientClosed; the reason of `signal`.
   * @example for await (const { offset, value } of handle.stream<string>('tokens', { from: 0 })) console.log(offset, value)
   */
  stream<T = unknown>(name: string, options: StreamOptions = {}): AsyncGenerator<StreamItem<T>, void, undefined> {
    // Whoever reads says what is published there.
    return this.#streams.read(this.id, name, options) as AsyncGenerator<StreamItem<T>, void, undefined>
  }
}
