// One named connection that is kept: when it breaks it is made again, and what it had set up (LISTEN, locks) is set up again.
// It does not repeat queries: a query that was under way when the connection broke rejects, and its caller knows what it was.
import pg from 'pg'
import { textualJson } from './database.ts'

export interface SessionOptions {
  readonly url: string
  /** Shown as `application_name`. */
  readonly name: string
  /** Sets the connection up, each time it is made; the session is not ready before. `again` is false the first time. */
  readonly onConnect?: (client: pg.Client, again: boolean) => Promise<void>
  readonly onNotification?: (channel: string, payload: string) => void
  readonly onLost?: (error: Error) => void
}

const FIRST_DELAY_MS = 20
const MAX_DELAY_MS = 1_000
const POLITE_MS = 1_000

export class Session {
  readonly #options: SessionOptions
  #client: pg.Client | undefined
  #opening: Promise<pg.Client> | undefined
  #connected = 0
  #closed = false

  constructor(options: SessionOptions) {
    this.#options = options
  }

  /** The first connection, whose failure is the caller's to see. */
  async open(): Promise<void> {
    this.#client = await this.#connect()
  }

  get isOpen(): boolean {
    return this.#client !== undefined
  }

  /** The connection, waited for while it is being made again. */
  async client(): Promise<pg.Client> {
    return this.#client ?? this.#reopen()
  }

  async query<R extends pg.QueryResultRow>(config: pg.QueryConfig): Promise<pg.QueryResult<R>> {
    const client = this.#client ?? (await this.#reopen())
    return client.query<R>(config)
  }

  /** Drops the connection, as when its state is not to be trusted; it is made again. */
  reset(): void {
    const client = this.#client
    if (!client) return
    this.#lose(client, new Error('Connection terminated: its state was unknown'))
    destroy(client)
  }

  /** Ends politely; a connection that does not answer is cut. */
  async close(): Promise<void> {
    this.#closed = true
    const client = this.#client
    this.#client = undefined
    if (!client) return
    const silence = setTimeout(() => destroy(client), POLITE_MS)
    await client.end().finally(() => clearTimeout(silence))
  }

  async #reopen(): Promise<pg.Client> {
    this.#opening ??= this.#retry().finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #retry(): Promise<pg.Client> {
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, MAX_DELAY_MS)) {
      if (this.#closed) throw new Error('Connection terminated: the session was closed')
      try {
        const client = await this.#connect()
        if (this.#closed) {
          destroy(client) // closed while it was being made
          continue
        }
        this.#client = client
        return client
      } catch {
        // The server is away; how long is its business. The next attempt says the same or succeeds.
        await new Promise((resolve) => setTimeout(resolve, delay))
      }
    }
  }

  async #connect(): Promise<pg.Client> {
    const { url, name, onConnect, onNotification } = this.#options
    const client = new pg.Client({
      connectionString: url,
      application_name: name,
      types: textualJson,
      keepAlive: true,
      idle_in_transaction_session_timeout: 3_000,
      connectionTimeoutMillis: 10_000,
    } as pg.ClientConfig)
    client.on('error', (error) => this.#lose(client, error))
    client.on('end', () => this.#lose(client, new Error('Connection terminated')))
    if (onNotification) client.on('notification', ({ channel, payload }) => onNotification(channel, payload ?? ''))
    await client.connect()
    try {
      await onConnect?.(client, this.#connected > 0)
    } catch (error) {
      client.end().catch(() => {})
      throw error
    }
    this.#connected++
    return client
  }

  #lose(client: pg.Client, error: Error): void {
    if (this.#client !== client) return
    this.#client = undefined
    if (this.#closed) return
    this.#options.onLost?.(error)
    this.#reopen().catch(() => {}) // rejects only when closed meanwhile
  }
}

/** The socket goes at once; a polite end would wait behind whatever is stuck. */
function destroy(client: pg.Client): void {
  client.end().catch(() => {})
  ;(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
}
