// Owns: sending messages to executions; those that are sent at once share a commit.
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { messageId } from '../dispatch/message.ts'
import { type Addressee, lockAddressees, type NewMessage, post, send } from '../dispatch/post.ts'
import { sealMessages } from '../dispatch/seal-messages.ts'
import type { Database } from '../log/database.ts'
import { GroupCommit } from '../log/group-commit.ts'
import type { Names } from '../log/names.ts'
import { withReconnect } from '../log/reconnect.ts'
import { isEnded } from '../log/tables.ts'
import { executePrepared, type Execute, transaction } from '../log/transaction.ts'
import { ExecutionEnded, ExecutionNotFound } from './client-errors.ts'

export class Post {
  readonly #database: Database
  readonly #dispatcher: Dispatcher
  readonly #names: Names
  readonly #group: GroupCommit<NewMessage, Addressee | undefined>

  constructor(database: Database, dispatcher: Dispatcher, names: Names) {
    this.#database = database
    this.#dispatcher = dispatcher
    this.#names = names
    this.#group = new GroupCommit({
      max: 500,
      flush: async (messages) => {
        const sealed = await sealMessages(database.border, messages)
        const addressees = await transaction(database.pool, (execute) => send(execute, dispatcher, names, sealed))
        return messages.map(({ execution }) => addressees.get(execution))
      },
    })
  }

  /**
   * Sends a message; resolves once it is durable. Messages that may be repeated bear an id that the execution knows them by.
   *
   * @throws ExecutionNotFound, ExecutionEnded; nothing is written then.
   */
  async send(message: NewMessage): Promise<void> {
    const addressee = await withReconnect(() => this.#group.submit(message))
    await this.#assertReached(executePrepared(this.#database.pool), message, addressee)
  }

  /**
   * Sends a message if `check` does not throw, which runs in the transaction that sends it, when nobody else can send to the
   * execution.
   *
   * @throws ExecutionNotFound, ExecutionEnded, what `check` throws; nothing is written then.
   */
  async sendChecked(message: NewMessage, check: (execute: Execute) => Promise<void>): Promise<void> {
    const sealed = await this.seal(message)
    await withReconnect(() => transaction(this.#database.pool, async (execute) => {
      const locked = await lockAddressees(execute, this.#names, [message.execution])
      await check(execute)
      await post(execute, this.#dispatcher, this.#names, locked, [sealed])
      await this.#assertReached(execute, message, locked.get(message.execution))
    }))
  }

  /** The message as `sendWithin` wants it. */
  async seal(message: NewMessage): Promise<NewMessage> {
    const [sealed = message] = await sealMessages(this.#database.border, [message])
    return sealed
  }

  /** Sends a sealed message inside the caller's transaction: it is sent when that commits. */
  async sendWithin(execute: Execute, message: NewMessage): Promise<void> {
    const addressees = await send(execute, this.#dispatcher, this.#names, [message])
    await this.#assertReached(execute, message, addressees.get(message.execution))
  }

  /** An ended execution takes no messages; but a signal that it has received under its id before has been sent. */
  async #assertReached(execute: Execute, { execution, type, payload }: NewMessage, addressee: Addressee | undefined): Promise<void> {
    if (!addressee) throw new ExecutionNotFound(execution)
    if (!isEnded(addressee.status)) return
    if (type === 'signal' && (await isReceived(execute, this.#names, execution, messageId(payload)))) return
    throw new ExecutionEnded(execution, addressee.status)
  }
}

async function isReceived(execute: Execute, { schema }: Names, execution: string, id: string): Promise<boolean> {
  const { rows } = await execute(
    `select from ${schema}.events where execution_id = $1 and type = 'SignalReceived' and meta->>'id' = $2 limit 1`, [execution, id])
  return rows.length > 0
}
