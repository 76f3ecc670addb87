// Owns: waiting for ends. One LISTEN connection a client, opened when somebody first waits; one query for all that ended at
// once; a slow look as the fallback for notifications that were missed.
import { Failure } from '../payload/failure.ts'
import { decode, type Encoded } from '../payload/codec.ts'
import type { Database } from '../log/database.ts'
import { GroupCommit } from '../log/group-commit.ts'
import type { Names } from '../log/names.ts'
import { withReconnect } from '../log/reconnect.ts'
import { Session } from '../log/session.ts'
import { ENDED, isEnded } from '../log/tables.ts'
import { ClientClosed, endError, ExecutionNotFound } from './client-errors.ts'

interface Ended {
  readonly id: string
  readonly status: string
  readonly type: string
  readonly payload: Encoded
  /** Whether its end will be notified. */
  readonly told: boolean
}

const LOOK_MS = 2_000
/** How long a server may be away before a wait gives up. */
const PATIENCE_MS = 300_000

export class Results {
  readonly #database: Database
  readonly #names: Names
  readonly #session: Session
  readonly #waiting = new Map<string, Set<() => void>>()
  readonly #reads: GroupCommit<string, Ended | undefined>
  #opened: Promise<void> | undefined
  #look: NodeJS.Timeout | undefined
  #closed = false

  constructor(database: Database, names: Names, url: string, application: string) {
    this.#database = database
    this.#names = names
    this.#reads = new GroupCommit({ max: 500, flush: (ids) => this.#read(ids) })
    this.#session = new Session({
      url,
      name: `${application} listen`,
      onConnect: async (client, again) => {
        await client.query(`listen ${names.ended}`)
        if (again) this.#tellAll()
      },
      onNotification: (_, payload) => {
        if (payload === '*') this.#tellAll()
        else for (const id of payload.split('\n')) this.#tell(id)
      },
    })
  }

  /** Begins to listen, so that an end that comes from now on is heard. */
  listen(): Promise<void> {
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = undefined // the next wait tries again
      throw error
    })
    return this.#opened
  }

  /**
   * The output of an execution once it has ended.
   *
   * @throws ExecutionFailed, ExecutionNotFound, ClientClosed, PayloadUnreadable, PayloadCodecFailed.
   */
  async result(id: string): Promise<unknown> {
    await this.listen()
    let wake = (): void => {}
    const waiters = this.#waiting.get(id) ?? new Set()
    this.#waiting.set(id, waiters)
    let next = new Promise<void>((resolve) => {
      wake = resolve
    })
    const waiter = (): void => wake()
    waiters.add(waiter)
    try {
      // One statement says that somebody waits and tells whether it is over; after it an end is notified.
      let ended = await this.#ask(id)
      for (;;) {
        if (!ended) throw new ExecutionNotFound(id)
        if (ended.status === 'completed') return decode(await this.#payload(ended))
        if (isEnded(ended.status)) throw endError(id, ended.status, Failure.parse(JSON.parse((await this.#payload(ended)) ?? 'null')))
        // It ended while the mark waited for its row: what the statement saw was the moment before.
        if (ended.told !== false) await next
        if (this.#closed) throw new ClientClosed(id)
        next = new Promise<void>((resolve) => {
          wake = resolve
        })
        ended = await this.#ask(id)
      }
    } finally {
      waiters.delete(waiter)
      if (waiters.size === 0) this.#waiting.delete(id)
    }
  }

  /** Those who still wait are told so. */
  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#look)
    this.#tellAll()
    if (this.#opened) await this.#session.close()
  }

  async #open(): Promise<void> {
    await withReconnect(() => this.#session.open())
    this.#look = setInterval(() => this.#tellAll(), LOOK_MS)
  }

  async #read(ids: readonly string[]): Promise<readonly (Ended | undefined)[]> {
    const { schema } = this.#names
    const unique = [...new Set(ids)]
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

  /** A look that was under way when the client was closed has lost its pool. */
  async #ask(id: string): Promise<Ended | undefined> {
    try {
      return await withReconnect(() => this.#reads.submit(id), PATIENCE_MS)
    } catch (error) {
      throw this.#closed ? new ClientClosed(id) : error
    }
  }

  async #payload(ended: Ended): Promise<Encoded> {
    const [payload = null] = await this.#database.border.open([ended.payload])
    return payload
  }

  #tell(id: string): void {
    for (const wake of this.#waiting.get(id) ?? []) wake()
  }

  #tellAll(): void {
    for (const id of this.#waiting.keys()) this.#tell(id)
  }
}
