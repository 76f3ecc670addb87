// Owns: this worker's identity in the database: its row, its advisory lock, its heartbeat, and the LISTEN connection that
// carries the lock, so that Postgres frees it the moment the process dies.
//
// Invariants
//  V1  An unfenced row has its lock held or its heartbeat recent; the lock is taken before the row is written, so that a
//      watcher never sees a newborn worker as dead.
//  V2  Whoever finds the row fenced is told at once and never uses the identity again.
//  V3  A worker that has not heard from the database for `UNTRUSTED_MS` starts nothing until it has.
import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { type Given, readGiven } from '../dispatch/given.ts'
import type { Names } from '../log/names.ts'
import { Session } from '../log/session.ts'
import { HANDED } from './claim.ts'
import type { DatabaseClock } from './database-clock.ts'
import { monotonic } from './monotonic.ts'

const HEARTBEAT_MS = 1_000
/** A worker whose heartbeat is older is taken over. */
export const HUNG_AFTER_MS = 5_000
const UNTRUSTED_MS = 4_000
/** The payload that says: a worker has joined. */
const JOINED = 'worker joined'

export interface LivenessOptions {
  readonly url: string
  readonly names: Names
  readonly name: string
  readonly application: string
  readonly queues: readonly string[]
  /** The code it serves, as `workers.serves` has it. */
  readonly serves: readonly string[]
  readonly clock: DatabaseClock
  readonly onJobs: (queue: string) => void
  readonly onInbox: () => void
  /** Executions were given to this worker as they were started. */
  readonly onGiven: (given: readonly Given[]) => void
  /** It was told of some in words that it does not know. */
  readonly onUnknown: (error: unknown) => void
  /** Whether it can be given executions. */
  readonly accepts: () => boolean
  /** An execution that another worker has met is for this one. */
  readonly onHanded: (execution: string) => void
  /** A step that runs here for another worker is not wanted any more. */
  readonly onAbort: (task: string) => void
  /** Whatever may have been missed while the connection was away is to be looked for. */
  readonly onReconnect: () => void
  readonly onFenced: () => void
  /** Each heartbeat: whether executions without an owner are due on our queues, or steps wait there that others gave back, and how many other workers live. */
  readonly onBeat: (beat: Beat) => void
}

export interface Beat {
  readonly due: boolean
  readonly others: number
}

export class Liveness {
  readonly #options: LivenessOptions
  readonly #session: Session
  /** Chance: who knows it may read the table of workers (migration 0011). */
  readonly channel = `given_${randomBytes(16).toString('hex')}`
  #id = 0
  #beating: NodeJS.Timeout | undefined
  #lastBeat = monotonic()
  #closed = false
  #locked = true
  /** Since the last heartbeat. */
  #saidFull = false

  constructor(options: LivenessOptions) {
    this.#options = options
    this.#session = new Session({
      url: options.url,
      name: `${options.application} listen`,
      onConnect: (client, again) => (again ? this.#return(client) : this.#register(client)),
      onNotification: (channel, payload) => this.#notified(channel, payload),
    })
  }

  /** The worker's id, unique for ever; known once `open` has resolved. */
  get id(): number {
    return this.#id
  }

  /** Whether the database has confirmed recently that we are still ourselves. */
  get trusted(): boolean {
    return monotonic() - this.#lastBeat < UNTRUSTED_MS
  }

  /** The connection the watch runs over too. */
  get session(): Session {
    return this.#session
  }

  async open(): Promise<void> {
    await this.#session.open()
    await this.#beat()
    this.#schedule()
  }

  /** Says at once whether it can be given executions, and not with the next heartbeat. */
  async tell(): Promise<void> {
    await this.#session.query({
      name: 'accepts', text: `update ${this.#options.names.schema}.workers set heartbeat_at = clock_timestamp(), accepts = $2 where id = $1 and not fenced`, values: [this.#id, this.#options.accepts()],
    })
  }

  /** There is no room for what is given: who starts executions is told at once, and not with the next heartbeat. */
  full(): void {
    if (this.#saidFull) return
    this.#saidFull = true
    this.tell().catch(() => {}) // the heartbeat says it then
  }

  /** Takes the row back, once everything has been handed over. */
  async leave(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#beating)
    if (!this.#session.isOpen) return
    await this.#session.query({ text: `delete from ${this.#options.names.schema}.workers where id = $1`, values: [this.#id] })
  }

  /** Ends at once, leaving everything to whoever takes over. */
  async abandon(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#beating)
    await this.#session.close()
  }

  #schedule(): void {
    if (this.#closed) return
    this.#beating = setTimeout(() => {
      this.#answeredBeat()
        .catch(() => {}) // the connection broke: the session makes a new one, and V3 holds meanwhile
        .finally(() => this.#schedule())
    }, HEARTBEAT_MS)
  }

  /** A connection that is cut without a word never answers; then it is made anew. */
  async #answeredBeat(): Promise<void> {
    const silence = setTimeout(() => this.#session.reset(), UNTRUSTED_MS)
    try {
      await this.#beat()
    } finally {
      clearTimeout(silence)
    }
  }

  async #beat(): Promise<void> {
    const { names, clock, queues, accepts } = this.#options
    const { schema } = names
    if (!this.#locked) await this.#lock(await this.#session.client())
    const { rows } = await this.#session.query<{ now: number; others: number; due: boolean }>({
      name: 'heartbeat',
      text: `update ${schema}.workers set heartbeat_at = clock_timestamp(), accepts = $3 where id = $1 and not fenced
        returning extract(epoch from clock_timestamp())::float8 * 1000 as now,
          (select count(*) from ${schema}.workers where not fenced and id <> $1)::int as others,
          exists (select from ${schema}.executions where owner is null and status in ('pending', 'running')
            and coalesce(wake_at, created_at) <= now() and queue = any($2))
          or exists (select from ${schema}.tasks where worker is null and at < now() - interval '1 s' and queue = any($2)) as due`,
      values: [this.#id, queues, accepts()],
    })
    const row = rows[0]
    if (this.#closed) return
    if (!row) {
      this.#options.onFenced()
      return
    }
    clock.sample(row.now)
    this.#saidFull = false
    this.#lastBeat = monotonic()
    this.#options.onBeat({ due: row.due, others: row.others })
  }

  async #register(client: pg.Client): Promise<void> {
    const { names, name, queues, serves } = this.#options
    const { rows } = await client.query<{ id: number }>(
      `select nextval(pg_get_serial_sequence('${names.schema}.workers', 'id'))::int as id`,
    )
    this.#id = rows[0]?.id ?? 0
    await client.query(`select pg_advisory_lock(${lockClass(names)}, $1)`, [this.#id])
    await client.query(`insert into ${names.schema}.workers (id, name, queues, serves, channel) values ($1, $2, $3, $4, $5)`, [this.#id, name, queues, serves, this.channel])
    await this.#listen(client)
    // The others hear at once that there is somebody to share work with.
    await client.query('select pg_notify($1, $2)', [names.jobs, JOINED])
  }

  async #return(client: pg.Client): Promise<void> {
    const { names, onReconnect, onFenced } = this.#options
    this.#locked = false
    await this.#lock(client)
    await this.#listen(client)
    const { rows } = await client.query(
      `update ${names.schema}.workers set heartbeat_at = clock_timestamp() where id = $1 and not fenced returning id`,
      [this.#id],
    )
    if (rows.length === 0) onFenced()
    else onReconnect()
  }

  /** The old backend may hold the lock until it notices that we are gone: each beat tries again until it is ours. */
  async #lock(client: pg.Client): Promise<void> {
    const { rows } = await client.query<{ held: boolean }>(`select pg_try_advisory_lock(${lockClass(this.#options.names)}, $1) as held`, [this.#id])
    this.#locked = rows[0]?.held ?? false
  }

  async #listen(client: pg.Client): Promise<void> {
    const { names } = this.#options
    await client.query(`listen ${names.jobs}`)
    await client.query(`listen ${names.inbox(this.#id)}`)
    await client.query(`listen ${this.channel}`)
  }

  #given(payload: string): void {
    let given: readonly Given[]
    try {
      given = readGiven(payload)
    } catch (error) {
      this.#options.onUnknown(error)
      return
    }
    this.#options.onGiven(given)
  }

  #notified(channel: string, payload: string): void {
    if (channel === this.channel) this.#given(payload)
    else if (channel !== this.#options.names.jobs && payload.startsWith('abort ')) this.#options.onAbort(payload.slice(6))
    else if (channel !== this.#options.names.jobs && payload.startsWith(HANDED)) this.#options.onHanded(payload.slice(HANDED.length))
    else if (channel !== this.#options.names.jobs) this.#options.onInbox()
    else if (payload !== JOINED) this.#options.onJobs(payload)
    else if (this.#beating) this.#beat().catch(() => {}) // as the regular one
  }
}

/** The first key of the advisory locks of a schema's workers, as SQL. */
export function lockClass(names: Names): string {
  return `hashtext('${names.schema}.workers')`
}
