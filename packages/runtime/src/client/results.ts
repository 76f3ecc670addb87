// Owns: waiting for ends, with one query for all that ended at once.
import { Failure } from '../payload/failure.ts'
import { decode, type Encoded } from '../payload/codec.ts'
import type { Database } from '../log/database.ts'
import { GroupCommit } from '../log/group-commit.ts'
import type { Names } from '../log/names.ts'
import { withReconnect } from '../log/reconnect.ts'
import { ENDED, isEnded } from '../log/tables.ts'
import { Alarms } from './alarms.ts'
import { ClientClosed, endError, ExecutionNotFound } from './client-errors.ts'
import type { Ear, Listener } from './listener.ts'

interface Ended {
  readonly id: string
  readonly status: string
  readonly type: string
  readonly payload: Encoded
  /** Whether its end will be notified. */
  readonly told: boolean
}

/** How long a server may be away before a wait gives up. */
const PATIENCE_MS = 300_000

export class Results implements Ear {
  readonly channels: readonly string[]
  readonly #database: Database
  readonly #names: Names
  readonly #listener: Listener
  readonly #alarms = new Alarms()
  readonly #reads: GroupCommit<string, Ended | undefined>

  constructor(database: Database, names: Names, listener: Listener) {
    this.channels = [names.ended]
    this.#database = database
    this.#names = names
    this.#listener = listener
    this.#reads = new GroupCommit({ max: 500, flush: (ids) => this.#read(ids) })
  }

  /** Begins to listen, so that an end that comes from now on is heard. */
  listen(): Promise<void> {
    return this.#listener.listen(this)
  }

  /**
   * The output of an execution once it has ended.
   *
   * @throws ExecutionFailed, ExecutionNotFound, ClientClosed, PayloadUnreadable, PayloadCodecFailed.
   */
  async result(id: string): Promise<unknown> {
    await this.listen()
    using alarm = this.#alarms.set(id)
    for (;;) {
      alarm.reset() // what comes from here on may be in the answer or not
      // One statement says that somebody waits and tells whether it is over; after it an end is notified.
      const ended = await this.#ask(id)
      if (!ended) throw new ExecutionNotFound(id)
      if (ended.status === 'completed') return decode(await this.#payload(ended))
      if (isEnded(ended.status)) throw endError(id, ended.status, Failure.parse(JSON.parse((await this.#payload(ended)) ?? 'null')))
      // It ended while the mark waited for its row: what the statement saw was the moment before.
      if (ended.told !== false && !this.#listener.closed) await alarm.rung()
      if (this.#listener.closed) throw new ClientClosed(id)
    }
  }

  heard(_: string, ids: readonly string[]): void {
    for (const id of ids) this.#alarms.ring(id)
  }

  missed(): void {
    this.#alarms.ringAll()
  }

  async #read(ids: readonly string[]): Promise<readonly (Ended | undefined)[]> {
    const { schema } = this.#names
    const unique = [...new Set(ids)]
    const [only] = unique
    if (unique.length === 1 && only !== undefined) {
      const ended = await this.#readOne(only)
      return ids.map(() => ended)
    }
    const { rows } = await this.#database.pool.query<Ended>({
      name: 'results',
      text: `with marked as (
          update ${schema}.executions x set awaited = true
          from (select id from ${schema}.executions where id = any($1) and not awaited and status not in ${ENDED}
            order by id for update) m where m.id = x.id returning x.id
        ) select x.id, x.status, e.type, e.payload, x.awaited or exists (select from marked m where m.id = x.id) as told from unnest($1::text[]) i (id) join ${schema}.executions x using (id)
        cross join lateral (select type, payload from ${schema}.events where execution_id = x.id order by seq desc limit 1) e`,
      values: [unique],
    })
    const found = new Map(rows.map((row) => [row.id, row]))
    return ids.map((id) => found.get(id))
  }

  /** The same; an array would be planned for its length each time. */
  async #readOne(id: string): Promise<Ended | undefined> {
    const { schema } = this.#names
    const { rows } = await this.#database.pool.query<Ended>({
      name: 'result',
      text: `with marked as (
          update ${schema}.executions set awaited = true where id = $1 and not awaited and status not in ${ENDED} returning id
        ) select x.id, x.status, e.type, e.payload, x.awaited or exists (select from marked) as told from ${schema}.executions x
        cross join lateral (select type, payload from ${schema}.events where execution_id = x.id order by seq desc limit 1) e where x.id = $1`,
      values: [id],
    })
    return rows[0]
  }

  /** A look that was under way when the client was closed has lost its pool. */
  async #ask(id: string): Promise<Ended | undefined> {
    try {
      return await withReconnect(() => this.#reads.submit(id), PATIENCE_MS)
    } catch (error) {
      throw this.#listener.closed ? new ClientClosed(id) : error
    }
  }

  async #payload(ended: Ended): Promise<Encoded> {
    const [payload = null] = await this.#database.border.open([ended.payload])
    return payload
  }
}
