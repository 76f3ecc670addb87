import { randomUUID } from 'node:crypto'
import { type Duration, parseDuration, type WorkflowClass } from '@baton/sdk'
import { answerKey, callMessage, stopMessage, WAITS } from '../dispatch/message.ts'
import { withReconnect } from '../log/reconnect.ts'
import { describe, history } from './describe.ts'
import type { ExecutionDescription } from './description.ts'
import type { StreamItem } from './read-stream.ts'
import { query, update } from './ask.ts'
import { type CallerTransaction, executeFor } from './caller-transaction.ts'
import type { Connection } from './connection.ts'
import type { ArgsOf, MethodName, ReturnOf } from './handle-types.ts'
import { Handlers } from './handlers.ts'
import type { HistoryRecord } from './history-record.ts'
import type { StreamOptions } from './stream-readers.ts'
import { kill } from './kill.ts'
import { checkMessageId, checkReason } from './message-rules.ts'
import { type RawEvent, rawHistory, readRawHistory } from './raw-history.ts'
import { pause } from './pause.ts'
import { restart } from './restart.ts'
import { resume } from './resume.ts'
import { toWaits, type Wait } from './waits.ts'

/** How a message is sent. */
export interface MessageOptions {
  /** What the execution knows it by: sent again under the same id it is the same message; default: a new one. */
  readonly id?: string
  /** The caller's own transaction, of kysely or pg, on the same database: a signal is sent if and when it commits. */
  readonly transaction?: CallerTransaction
}

/** How long a query waits for an answer unless told otherwise. */
const QUERY_TIMEOUT: Duration = '10s'

/** One execution, as a client sees it; `T` is the instance type of its class. */
export class Handle<O, T = unknown> {
  /** The execution's id. */
  readonly id: string
  readonly #connection: Connection
  readonly #handlers: Handlers
  readonly #options: MessageOptions

  /** @internal */
  constructor(id: string, connection: Connection, workflow?: WorkflowClass, options: MessageOptions = {}, handlers?: Handlers) {
    this.id = id
    this.#connection = connection
    this.#handlers = handlers ?? new Handlers(connection.database, id, workflow)
    this.#options = options
  }

  /**
   * What the workflow returned, once it has.
   *
   * @throws ExecutionFailed with the workflow's error as cause, and its kinds ExecutionStopped, ExecutionKilled and
   * ExecutionTimedOut; ExecutionNotFound; ClientClosed; PayloadUnreadable or PayloadCodecFailed if it cannot be read here.
   */
  result(): Promise<O> {
    return this.#connection.results.result(this.id) as Promise<O>
  }

  /**
   * What it is and where it stands.
   *
   * @throws ExecutionNotFound; PayloadUnreadable, PayloadCodecFailed.
   */
  describe(): Promise<ExecutionDescription> {
    return withReconnect(() => describe(this.#connection, this.id))
  }

  /**
   * Its log, from the first event.
   *
   * @throws ExecutionNotFound; PayloadUnreadable, PayloadCodecFailed.
   */
  history(): Promise<readonly HistoryRecord[]> {
    return withReconnect(() => history(this.#connection.database, this.#connection.names, this.id))
  }

  /** @internal */
  [rawHistory](): Promise<readonly RawEvent[]> {
    return withReconnect(() => readRawHistory(this.#connection.database, this.#connection.names, this.id))
  }

  /**
   * The same execution, with messages sent as the options say.
   *
   * @throws InvalidMessage if the id is not 1 to 200 characters.
   * @example await handle.with({ id: webhook.id }).signal('paid', receipt) // once, however often the webhook is delivered
   */
  with(options: MessageOptions): Handle<O, T> {
    if (options.id !== undefined) checkMessageId(options.id)
    return new Handle(this.id, this.#connection, undefined, options, this.#handlers)
  }

  /**
   * Sends a signal; resolves once it is durable. It is delivered once, in the order in which they were sent.
   *
   * @throws UnknownHandler, InvalidPayload, PayloadNotSerializable, PayloadTooLarge, ExecutionNotFound, ExecutionEnded;
   * nothing is written then.
   * @example await baton.handle(OrderWorkflow, 'order-42').signal('approve', 'ann')
   */
  async signal<K extends MethodName<T>>(name: K, ...args: ArgsOf<T, K>): Promise<void> {
    const { id = randomUUID(), transaction } = this.#options
    const message = callMessage(this.id, 'signal', name, { id, args: await this.#handlers.check('signal', name, args) })
    if (transaction) await this.#connection.post.sendWithin(executeFor(transaction), await this.#connection.post.seal(message))
    else await this.#connection.post.send(message)
  }

  /**
   * Sends an update and waits for what its method returns.
   *
   * @throws UpdateRejected if its validator refused it, UpdateFailed if its method threw; as `signal`; ClientClosed.
   * @example const total = await handle.update('setQuantity', 3)
   */
  async update<K extends MethodName<T>>(name: K, ...args: ArgsOf<T, K>): Promise<ReturnOf<T, K>> {
    const { id = randomUUID() } = this.#options
    const encoded = await this.#handlers.check('update', name, args)
    if (this.#options.id !== undefined) await this.#connection.answers.forget(answerKey(this.id, id))
    return (await update(this.#connection, this.id, { id, name, args: encoded })) as ReturnOf<T, K>
  }

  /**
   * Asks a query and waits for the answer, 10 s at most; it needs a running worker of the execution's queue.
   *
   * @throws QueryFailed, NotAnswered; UnknownHandler, InvalidPayload, ExecutionNotFound, ClientClosed.
   * @example const status = await handle.query('status')
   */
  async query<K extends MethodName<T>>(name: K, ...args: ArgsOf<T, K>): Promise<ReturnOf<T, K>> {
    const encoded = await this.#handlers.check('query', name, args)
    return (await query(this.#connection, this.id, name, encoded, parseDuration(QUERY_TIMEOUT))) as ReturnOf<T, K>
  }

  /**
   * What it waits for, oldest first; it needs a running worker of the execution's queue.
   *
   * @throws QueryFailed, NotAnswered, ExecutionNotFound, ClientClosed.
   */
  async waitsFor(): Promise<readonly Wait[]> {
    return toWaits(await query(this.#connection, this.id, WAITS, null, parseDuration(QUERY_TIMEOUT)))
  }

  /**
   * Asks it to stop: what it waits for throws `Cancelled`, cleanup and compensation run, and it ends as `stopped`, unless its
   * code decides otherwise. Resolves once the request is durable.
   *
   * @throws ExecutionNotFound, ExecutionEnded, InvalidMessage.
   */
  async stop(reason = 'asked by a client'): Promise<void> {
    checkReason(reason)
    return this.#connection.post.send(stopMessage(this.id, 'stop', reason))
  }

  /**
   * Ends it at once: none of its code runs any more. Resolves once the request is durable.
   *
   * @throws ExecutionNotFound, ExecutionEnded, InvalidMessage.
   */
  async kill(reason = 'asked by a client'): Promise<void> {
    checkReason(reason)
    return withReconnect(() => kill(this.#connection, this.id, reason))
  }

  /**
   * Sets it aside: steps that run end, and nothing begins until `resume()`; timers and messages wait. False if it is paused.
   * Resolves once the request is durable.
   *
   * @throws ExecutionNotFound, ExecutionEnded.
   * @example await baton.handle('order-42').pause()
   */
  pause(): Promise<boolean> {
    return withReconnect(() => pause(this.#connection, this.id))
  }

  /**
   * Begins another run of it, from the beginning, once it has ended; with the input it was started with, or another. Its earlier
   * runs stay in its history.
   *
   * @throws ExecutionNotFound, NotEnded, InvalidInput, PayloadNotSerializable, PayloadTooLarge; nothing is written then.
   * @example await baton.handle('order-42').restart()
   */
  async restart(options?: { readonly input: unknown }): Promise<void> {
    await restart(this.#connection, this.id, options)
  }

  /**
   * Lets it go on if it is paused, or be tried again if it is blocked, by whichever worker fits best; with a quarantined one the
   * count begins anew. False if it is neither.
   *
   * @throws ExecutionNotFound.
   * @example await baton.handle('order-42').resume()
   */
  resume(): Promise<boolean> {
    return withReconnect(() => resume(this.#connection, this.id))
  }

  /**
   * The items of one of its streams from an offset on: first those that are there, then each as it is published, until the
   * stream is closed or the execution has ended. Pages are fetched as they are consumed.
   *
   * @throws ExecutionNotFound, InvalidStreamName, InvalidQuery, ClientClosed; the reason of `signal`.
   * @example for await (const { offset, value } of handle.stream<string>('tokens', { from: 0 })) console.log(offset, value)
   */
  stream<T = unknown>(name: string, options: StreamOptions = {}): AsyncGenerator<StreamItem<T>, void, undefined> {
    // Whoever reads says what is published there.
    return this.#connection.streams.read(this.id, name, options) as AsyncGenerator<StreamItem<T>, void, undefined>
  }
}
