import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { withReconnect } from '../log/reconnect.ts'
import { describe, type ExecutionDescription, history } from './describe.ts'
import type { HistoryRecord } from './history-record.ts'
import type { Results } from './results.ts'

/** One execution, as a client sees it. */
export class Handle<O> {
  readonly id: string
  readonly #database: Database
  readonly #names: Names
  readonly #results: Results

  /** @internal */
  constructor(id: string, database: Database, names: Names, results: Results) {
    this.id = id
    this.#database = database
    this.#names = names
    this.#results = results
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
    return withReconnect(() => describe(this.#database, this.id))
  }

  /**
   * Its log, from the first event.
   *
   * @throws ExecutionNotFound.
   */
  history(): Promise<readonly HistoryRecord[]> {
    return withReconnect(() => history(this.#database, this.#names, this.id))
  }
}
