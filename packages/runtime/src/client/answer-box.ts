// Owns: waiting for answers to updates and queries.
import { z } from 'zod'
import type { UpdateOutcome } from '../core/mailbox.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { withReconnect } from '../log/reconnect.ts'
import { Failure } from '../payload/failure.ts'
import { Alarms } from './alarms.ts'
import type { Ear, Listener } from './listener.ts'

const Outcome: z.ZodType<UpdateOutcome> = z.union([
  z.object({ output: z.string().nullable() }),
  z.object({ failure: Failure, rejected: z.literal(true).optional() }),
])

export class AnswerBox implements Ear {
  readonly channels: readonly string[]
  readonly #database: Database
  readonly #names: Names
  readonly #listener: Listener
  readonly #alarms = new Alarms()

  constructor(database: Database, names: Names, listener: Listener) {
    this.channels = [names.answers]
    this.#database = database
    this.#names = names
    this.#listener = listener
  }

  get closed(): boolean {
    return this.#listener.closed
  }

  /** Begins to listen, so that an answer that comes from now on is heard. */
  listen(): Promise<void> {
    return this.#listener.listen(this)
  }

  /** An update that is sent again may have another answer: one that was rejected is not known to its execution. */
  async forget(id: string): Promise<void> {
    await withReconnect(() => this.#database.pool.query({ name: 'forget-answer', text: `delete from ${this.#names.schema}.answers where id = $1`, values: [id] }))
  }

  /** The answer under an id if it comes before the listener's next look, and before `ms` have passed; undefined otherwise. */
  async wait(id: string, ms?: number): Promise<UpdateOutcome | undefined> {
    using alarm = this.#alarms.set(id)
    const timer = ms === undefined ? undefined : setTimeout(alarm.ring, ms)
    try {
      const early = await this.#read(id)
      if (early || this.closed) return early
      await alarm.rung()
      return this.closed ? undefined : await this.#read(id)
    } finally {
      clearTimeout(timer)
    }
  }

  heard(_: string, ids: readonly string[]): void {
    for (const id of ids) this.#alarms.ring(id)
  }

  missed(): void {
    this.#alarms.ringAll()
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
}
