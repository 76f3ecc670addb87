// Owns: which rows of the inbox this worker has in memory, so that none is delivered twice before its commit deletes it.
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { PayloadUnreadable } from '../payload/payload-errors.ts'
import { fromInbox, type InboxRow, type Received } from '../dispatch/message.ts'

export interface InboxOptions {
  readonly database: Database
  readonly names: Names
  readonly worker: () => number
  /** Whether the execution is in memory here; what is not waits in the table. */
  readonly has: (execution: string) => boolean
  readonly deliver: (execution: string, message: Received) => void
  /** What came for the execution cannot be read here; it stays in the table. */
  readonly unreadable: (execution: string, error: PayloadUnreadable) => void
  readonly onError: (error: unknown) => void
}

type ReceivedRow = InboxRow & { readonly execution_id: string }

export class Inbox {
  readonly #options: InboxOptions
  readonly #inMemory = new Set<string>()
  /** Executions that something was found for before they were in memory. */
  readonly #early = new Set<string>()
  #reading = false
  #again = false
  #closed = false

  constructor(options: InboxOptions) {
    this.#options = options
  }

  /** Looks for messages; calls that come during a look share the next. */
  read(): void {
    if (this.#closed) return
    this.#again = true
    if (this.#reading) return
    this.#reading = true
    void this.#readAll()
  }

  /** A row has been taken from the table by other means, as when its execution was claimed. */
  took({ inbox }: Received): void {
    this.#inMemory.add(inbox)
  }

  /** The execution is in memory now: what came for it before is looked for. */
  begun(execution: string): void {
    if (this.#early.delete(execution)) this.read()
  }

  /** The commit that deleted these rows is done. */
  consumed(ids: readonly string[]): void {
    for (const id of ids) this.#inMemory.delete(id)
  }

  close(): void {
    this.#closed = true
    this.#again = false
  }

  async #readAll(): Promise<void> {
    const { database, names, worker, has, deliver, onError } = this.#options
    while (this.#again) {
      this.#again = false
      try {
        const { rows } = await database.pool.query<ReceivedRow>({
          name: 'read-inbox',
          text: `select i.id::text as id, i.execution_id, i.kind, i.command, i.payload from ${names.schema}.inbox i
            join ${names.schema}.executions e on e.id = i.execution_id where e.owner = $1 order by i.id`,
          values: [worker()],
        })
        this.#early.clear()
        for (const { execution_id: id } of rows) if (!has(id)) this.#early.add(id)
        for (const row of await this.#opened(rows)) {
          if (this.#inMemory.has(row.id) || !has(row.execution_id)) continue
          this.#inMemory.add(row.id)
          deliver(row.execution_id, fromInbox(row))
        }
      } catch (error) {
        this.#again = false // the next heartbeat looks again
        onError(error)
      }
    }
    this.#reading = false
  }

  /** The rows that are news and can be read. */
  async #opened(rows: readonly ReceivedRow[]): Promise<readonly ReceivedRow[]> {
    const { database, has, unreadable } = this.#options
    const news = rows.filter((row) => !this.#inMemory.has(row.id) && has(row.execution_id))
    try {
      return await database.border.openRows(news, 'payload')
    } catch (error) {
      if (!(error instanceof PayloadUnreadable)) throw error
      const [row] = news
      if (news.length === 1 && row) {
        unreadable(row.execution_id, error)
        return []
      }
      const each: ReceivedRow[] = []
      for (const one of news) each.push(...(await this.#opened([one]))) // one that cannot be read is no harm to the others
      return each
    }
  }
}
