// Owns: waiting for answers to updates and queries. One LISTEN connection a client, opened when somebody first asks; a look now
// and then for notifications that were missed.
import { z } from 'zod'
import type { UpdateOutcome } from '../core/mailbox.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { withReconnect } from '../log/reconnect.ts'
import { Session } from '../log/session.ts'
import { Failure } from '../payload/failure.ts'

const Outcome: z.ZodType<UpdateOutcome> = z.union([
  z.object({ output: z.string().nullable() }),
  z.object({ failure: Failure, rejected: z.literal(true).optional() }),
])

/** How long after the last look the next one comes, unless a notification comes first. */
const LOOK_MS = 2_000

export class AnswerBox {
  readonly #database: Database
  readonly #names: Names
  readonly #session: Session
  readonly #waiting = new Map<string, () => void>()
  #opened: Promise<void> | undefined
  #closed = false

  constructor(database: Database, names: Names, url: string, application: string) {
    this.#database = database
    this.#names = names
    this.#session = new Session({
      url,
      name: `${application} answers`,
      onConnect: async (client, again) => {
        await client.query(`listen ${names.answers}`)
        if (again) this.#tellAll()
      },
      onNotification: (_, payload) => {
        if (payload === '*') this.#tellAll()
        else for (const id of payload.split('\n')) this.#waiting.get(id)?.()
      },
    })
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Begins to listen, so that an answer that comes from now on is heard. */
  listen(): Promise<void> {
    this.#opened ??= withReconnect(() => this.#session.open()).catch((error: unknown) => {
      this.#opened = undefined // the next one who asks tries again
      throw error
    })
    return this.#opened
  }

  /** An update that is sent again may have another answer: one that was rejected is not known to its execution. */
  async forget(id: string): Promise<void> {
    await withReconnect(() => this.#database.pool.query({ name: 'forget-answer', text: `delete from ${this.#names.schema}.answers where id = $1`, values: [id] }))
  }

  /** The answer under an id if it comes before `ms` have passed, or before the next look is due; undefined otherwise. */
  async wait(id: string, ms = LOOK_MS): Promise<UpdateOutcome | undefined> {
    const heard = Promise.withResolvers<void>()
    this.#waiting.set(id, heard.resolve)
    const timer = setTimeout(heard.resolve, Math.min(ms, LOOK_MS))
    try {
      const early = await this.#read(id)
      if (early || this.#closed) return early
      await heard.promise
      return await this.#read(id)
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(id)
    }
  }

  /** Those who still wait hear that nothing came. */
  async close(): Promise<void> {
    this.#closed = true
    this.#tellAll()
    if (this.#opened) await this.#session.close()
  }

  async #read(id: string): Promise<UpdateOutcome | undefined> {
    const { rows } = await withReconnect(() => this.#database.pool.query<{ payload: string }>({
      name: 'read-answer',
      text: `select payload from ${this.#names.schema}.answers where id = $1`,
      values: [id],
    }))
    const [row] = await this.#database.border.openRows(rows, 'payload')
    return row && Outcome.parse(JSON.parse(row.payload))
  }

  #tellAll(): void {
    for (const tell of this.#waiting.values()) tell()
  }
}
