// Owns: the transactions of steps with `transactional: true`. What the body writes and the step's outcome are one commit, so that
// the step takes effect exactly once (G3).
//
// Why no attempt can commit beside another: before it commits, the transaction locks the worker's row, unfenced, and the row of
// what makes the attempt its: the execution it owns, or the task it has taken. A takeover fences first and waits for that lock; a
// give-back waits for the other. Whoever comes after finds the outcome in the inbox, and does not run the step again.
import { PlatformError } from '@baton/sdk'
import { type ControlledTransaction, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { StepOutcome } from '../core/input.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { executeIn } from '../dispatch/execute-in.ts'
import { stepMessage } from '../dispatch/message.ts'
import { lockAddressees, type NewMessage, post } from '../dispatch/post.ts'
import { sealMessages } from '../dispatch/seal-messages.ts'
import { isConnectionLoss } from '../log/connection-loss.ts'
import type { Faults } from '../log/fault-points.ts'
import { Fenced, unfenced } from '../log/fenced.ts'
import type { Names } from '../log/names.ts'
import { withReconnect } from '../log/reconnect.ts'
import { isEnded, type Tables } from '../log/tables.ts'
import type { Execute } from '../log/transaction.ts'
import type { PayloadBorder } from '../payload/payload-border.ts'
import type { Attempt } from './attempt.ts'

/** A transaction on the worker's database, whatever its tables are to the author. */
export type StepTransaction<T> = ControlledTransaction<T>

export interface TransactionalStepsOptions {
  readonly url: string
  readonly application: string
  readonly dispatcher: Dispatcher
  readonly names: Names
  readonly border: PayloadBorder
  readonly worker: () => number
  readonly faults: Faults
  /** The most that run at once. */
  readonly max: number
}

/** An author's transaction that stands still for so long has lost its process. */
const IDLE_MS = 60_000

export class TransactionalSteps {
  readonly #options: TransactionalStepsOptions
  #db: Kysely<Tables> | undefined
  #running = 0

  constructor(options: TransactionalStepsOptions) {
    this.#options = options
  }

  /**
   * Runs a body in a transaction of its own and commits what it wrote together with its outcome, unless `assertWanted` throws: an
   * execution that has left this worker and come back is this worker's again, and the attempt is not.
   *
   * @throws what the body throws, after all has been rolled back; PlatformError if the commit failed; Fenced.
   */
  async run(attempt: Attempt, body: (transaction: StepTransaction<unknown>) => Promise<StepOutcome>, assertWanted: () => void): Promise<void> {
    this.#running++
    try {
      await this.#transact(attempt, body, assertWanted)
    } catch (error) {
      throw isConnectionLoss(error) ? new PlatformError('The connection of the step’s transaction broke.', { cause: error }) : error
    } finally {
      this.#running--
    }
  }

  /** On a connection of its own, which goes back to the pool whatever becomes of the transaction. */
  async #transact(attempt: Attempt, body: (transaction: StepTransaction<unknown>) => Promise<StepOutcome>, assertWanted: () => void): Promise<void> {
    const unsure = await this.#open().connection().execute(async (connection) => {
      const transaction = await connection.startTransaction().execute()
      let number: string | undefined
      try {
        const outcome = await body(transaction as unknown as StepTransaction<unknown>)
        const message = await this.#sealed(stepMessage(attempt.execution, outcome)) // before a row is locked
        number = await this.#conclude(executeIn(transaction), attempt, message)
        await this.#options.faults('transact:before')
        assertWanted()
        await transaction.commit().execute()
        return undefined
      } catch (error) {
        if (number !== undefined && isConnectionLoss(error)) return { number, error }
        await rollBack(transaction, error)
        throw error
      }
    })
    if (unsure) await this.#settle(unsure.number, unsure.error)
    await this.#options.faults('transact:after')
  }

  /** A body that does not end holds its connection, and nobody else. */
  async close(): Promise<void> {
    const closed = this.#db?.destroy()
    this.#db = undefined
    if (this.#running === 0) await closed
  }

  #open(): Kysely<Tables> {
    if (this.#db) return this.#db
    const { url, application, max } = this.#options
    const pool = new pg.Pool({
      connectionString: url, max, application_name: `${application} steps`, keepAlive: true, idleTimeoutMillis: 30_000,
      idle_in_transaction_session_timeout: IDLE_MS,
    })
    // A connection that breaks also fails the query on it; the pool makes another.
    pool.on('error', () => {})
    pool.on('connect', (client) => client.on('error', () => {}))
    this.#db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
    return this.#db
  }

  async #sealed(message: NewMessage): Promise<NewMessage> {
    const [sealed = message] = await sealMessages(this.#options.border, [message])
    return sealed
  }

  /** Writes the outcome, if the attempt is still ours; the number of the transaction. */
  async #conclude(execute: Execute, { execution, task }: Attempt, message: NewMessage): Promise<string> {
    const { names, dispatcher, worker } = this.#options
    const { rows: live } = await execute(unfenced(names), [worker()])
    if (live.length === 0) throw new Fenced(worker())
    const addressees = await lockAddressees(execute, names, [execution])
    const addressee = addressees.get(execution)
    const { rows: taken } = task === undefined
      ? { rows: addressee?.owner === worker() ? [addressee] : [] }
      : await execute(`delete from ${names.schema}.tasks where id = $1 and worker = $2 returning id`, [task, worker()])
    if (taken.length === 0 || !addressee || isEnded(addressee.status)) throw new PlatformError('The step is not this worker’s any more.')
    await post(execute, dispatcher, names, addressees, [message])
    const { rows } = await execute('select pg_current_xact_id()::text as number')
    return (rows as { number: string }[])[0]?.number ?? ''
  }

  /** The connection broke in the commit: the server knows what became of it. */
  async #settle(number: string, cause: unknown): Promise<void> {
    for (;;) {
      const status = await withReconnect(async () => {
        const { rows } = await executeIn(this.#open())('select pg_xact_status($1::xid8) as status', [number])
        return (rows as { status: string | null }[])[0]?.status
      })
      if (status === 'committed') return
      if (status !== 'in progress') throw new PlatformError('The connection broke before the step’s transaction was committed.', { cause })
    }
  }
}

/** A connection that is lost has rolled back. */
async function rollBack(transaction: ControlledTransaction<Tables>, error: unknown): Promise<void> {
  try {
    await transaction.rollback().execute()
  } catch (lost) {
    if (!isConnectionLoss(lost)) throw new AggregateError([error, lost], 'The step failed, and its transaction could not be rolled back.', { cause: lost })
  }
}
