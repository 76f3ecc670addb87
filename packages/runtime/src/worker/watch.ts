// Owns: the look-out for dead workers. One worker of all is elected by a lock and looks four times a second; every worker
// looks once when it starts. So the watch costs the same for two workers or two hundred.
import type pg from 'pg'
import type { Names } from '../log/names.ts'
import type { Session } from '../log/session.ts'
import { HUNG_AFTER_MS, lockClass } from './liveness.ts'

const WATCH_MS = 250
const ELECT_MS = 500
/** After a gap in our own view, others get this long to show that they live: the gap may have been the server's. */
const GRACE_MS = 2_500
/** A heartbeat this old should have been seen to by whoever watches. */
const NEGLECTED_MS = HUNG_AFTER_MS + 500

export interface WatchOptions {
  readonly names: Names
  readonly session: Session
  readonly worker: number
  readonly takeOver: (dead: readonly number[]) => Promise<void>
}

export class Watch {
  readonly #options: WatchOptions
  #first: pg.Client | undefined
  #elected: pg.Client | undefined
  #timer: NodeJS.Timeout | undefined
  #lastLook = Number.NEGATIVE_INFINITY
  #trustFrom = Number.NEGATIVE_INFINITY
  #closed = false

  constructor(options: WatchOptions) {
    this.#options = options
  }

  /** Looks once at who is dead, and then stands for election. */
  async start(): Promise<void> {
    this.#first = await this.#options.session.client()
    await this.#look()
    this.#schedule(0)
  }

  stop(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  #schedule(ms: number): void {
    if (this.#closed) return
    this.#timer = setTimeout(() => {
      this.#turn()
        .catch(() => {}) // the connection broke; the session makes a new one
        .finally(() => this.#schedule(this.#elected ? WATCH_MS : ELECT_MS))
    }, ms)
  }

  async #turn(): Promise<void> {
    const { session, names } = this.#options
    const client = await session.client()
    // The election is the connection's: a new connection stands anew.
    if (this.#elected !== client) {
      this.#elected = undefined
      const { rows } = await client.query<{ won: boolean; neglected: boolean }>(
        `select pg_try_advisory_lock(${lockClass(names)}, 0) as won,
          exists (select from ${names.schema}.workers where not fenced and heartbeat_at < clock_timestamp() - interval '${NEGLECTED_MS} ms') as neglected`,
      )
      if (!rows[0]?.won) {
        // The elected one should have acted by now: it may be the one that hangs, with the lock in its hand.
        if (rows[0]?.neglected) await this.#look()
        return
      }
      this.#elected = client
      if (client !== this.#first) this.#trustFrom = performance.now() + GRACE_MS
    } else if (performance.now() - this.#lastLook > 4 * WATCH_MS) {
      this.#trustFrom = performance.now() + GRACE_MS
    }
    this.#lastLook = performance.now()
    if (this.#lastLook >= this.#trustFrom) await this.#look()
  }

  async #look(): Promise<void> {
    const { names, session, worker, takeOver } = this.#options
    const { rows } = await session.query<{ id: number }>({
      name: 'watch',
      text: `select id from ${names.schema}.workers where not fenced and id <> $1
        and case when heartbeat_at < clock_timestamp() - interval '${HUNG_AFTER_MS} ms' then true
          else pg_try_advisory_xact_lock(${lockClass(names)}, id) end`,
      values: [worker],
    })
    if (rows.length === 0) return
    const dead = rows.map(({ id }) => id)
    await takeOver(dead)
    await this.#disconnect(dead)
  }

  /** Ends the sessions of workers that hang, and with them the locks they hold; one that is only slow finds out sooner. */
  async #disconnect(dead: readonly number[]): Promise<void> {
    const { names, session } = this.#options
    await session.query({
      text: `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and objsubid = 2
        and database = (select oid from pg_database where datname = current_database())
        and classid = ${lockClass(names)}::oid and objid = any($1::oid[]) and pid <> pg_backend_pid()`,
      values: [dead],
    })
  }
}
