import { randomUUID } from 'node:crypto'
import { ApplicationError, type AttributesOf, type AttributeValue, BatonError, type InputOf, type OutputOf, type WorkflowClass } from '@baton/sdk'
import { checkPriority, defineWorkflow } from '@baton/sdk/host'
import { Dispatcher } from '../dispatch/dispatcher.ts'
import { type Database, openDatabase } from '../log/database.ts'
import { type Execute, executeAnywhere, transaction } from '../log/transaction.ts'
import { type Names, namesOf } from '../log/names.ts'
import { withReconnect } from '../log/reconnect.ts'
import { assertMigrated } from '../log/schema-check.ts'
import { encode } from '../payload/codec.ts'
import { PayloadBorder } from '../payload/payload-border.ts'
import type { PayloadOptions } from '../payload/payload-codec.ts'
import { count, type CountOptions } from './count.ts'
import type { ExecutionSummary } from './description.ts'
import type { ExecutionFilter } from './execution-filter.ts'
import { toFailure } from '../payload/failure.ts'
import { update } from './ask.ts'
import type { ArgsOf, MethodName, ReturnOf } from './handle-types.ts'
import { Handlers } from './handlers.ts'
import { type BulkOptions, type BulkOutcome, forAll } from './for-all.ts'
import { Handle } from './handle.ts'
import { type ExecutionPage, list, type ListOptions } from './list.ts'
import { patches, type PatchReport } from './patches.ts'
import { type ScheduleReport, schedules } from './schedules.ts'
import { resolveWorkflow, targetOf } from './resolve-workflow.ts'
import { checkCall, checkMessageId, InvalidMessage } from './message-rules.ts'
import { newId } from './new-id.ts'
import { checkId } from './start-rules.ts'
import { Results } from './results.ts'
import { StreamReaders } from './stream-readers.ts'
import { createExecutions, queueExecutions } from '../dispatch/create-executions.ts'
import type { NewExecution } from '../dispatch/new-execution.ts'
import { answerKey, callMessage } from '../dispatch/message.ts'
import { Starter } from './start.ts'
import { AnswerBox } from './answer-box.ts'
import { Listener } from './listener.ts'
import { completeToken } from './complete-token.ts'
import type { Connection } from './connection.ts'
import { Post } from './post.ts'
import { type CallerTransaction, executeFor } from './caller-transaction.ts'

/** Options of `Baton.connect`. */
export interface ConnectOptions {
  /** Default `'baton'`. */
  readonly schema?: string
  /** Shown in `application_name`; default `'client'`. */
  readonly name?: string
  /** The most connections of the pool, at least 2; one more listens once a result, an answer or a stream's item is waited for, and one is used for a moment when a queue is first met; default 4. */
  readonly maxConnections?: number
  /** What happens to payloads on their way into the database; the same for all workers and clients. */
  readonly payloads?: PayloadOptions
}

/** Options of `start` and `execute`; `A` is what the class declares. */
export interface StartOptions<I, A = Readonly<Record<string, AttributeValue | undefined>>> {
  readonly input: I
  /** The execution's id and idempotency key: starting it again is the same execution; default: a new one, in the order of time. */
  readonly id?: string
  /**
   * The caller's own transaction, of kysely or pg, on the same database: the execution starts if and when it commits.
   */
  readonly transaction?: CallerTransaction
  /**
   * Among executions that wait for a worker the higher goes first, and so do their steps, whose own priority is added: a whole
   * number from -1000 to 1000; default 0. Starting it again does not change it.
   */
  readonly priority?: number
  /** Search attributes it has from the start, of those the workflow declares. */
  readonly attributes?: A
  /** Anything serializable to show with the execution; nothing is searched by it. */
  readonly memo?: unknown
}

/** Options of `signalWithStart` and `updateWithStart`. */
export type WithStart<C extends WorkflowClass> = StartOptions<InputOf<C>> & { readonly id: string }

/** A call of a handler. */
export interface Call<T, K> {
  readonly name: K
  readonly args: ArgsOf<T, K>
  /** What the execution knows it by: sent again under the same id it is the same message; default: a new one. */
  readonly id?: string
}

type UntypedCall = Call<unknown, string>

/**
 * The client: starts executions, waits for their results, and says how they stand.
 *
 * @example
 * await using baton = await Baton.connect('postgres://localhost/app')
 * const receipt = await baton.execute(OrderWorkflow, { id: 'order-42', input: order })
 */
export class Baton {
  readonly #names: Names
  readonly #database: Database
  /** Whoever looks a queue up may hold a connection of the pool: it must not need a second one of the same. */
  readonly #queues: Database
  readonly #dispatcher: Dispatcher
  readonly #starter: Starter
  readonly #listener: Listener
  readonly #connection: Connection

  private constructor(url: string, { schema, name = 'client', maxConnections = 4, payloads }: ConnectOptions) {
    this.#names = namesOf(schema)
    const application = `baton client ${name}`
    this.#database = openDatabase({
      url,
      names: this.#names,
      name: application,
      max: Math.max(2, maxConnections),
      border: new PayloadBorder(payloads),
      onError: () => {}, // the query that met it rejects; the pool replaces the connection
    })
    this.#queues = openDatabase({ url, names: this.#names, name: `${application} queues`, max: 1, onError: () => {} })
    this.#dispatcher = new Dispatcher(executeAnywhere(this.#queues.pool), this.#names)
    this.#starter = new Starter(this.#database, this.#dispatcher, this.#names)
    this.#listener = new Listener(url, application)
    this.#connection = {
      database: this.#database,
      names: this.#names,
      dispatcher: this.#dispatcher,
      results: new Results(this.#database, this.#names, this.#listener),
      answers: new AnswerBox(this.#database, this.#names, this.#listener),
      streams: new StreamReaders(this.#database, this.#names, this.#listener),
      post: new Post(this.#database, this.#dispatcher, this.#names),
    }
  }

  /**
   * Connects to the database that workers share.
   *
   * @throws SchemaMissing; BatonError `InvalidOption`; the driver's error if the database cannot be reached.
   */
  static async connect(url: string, options: ConnectOptions = {}): Promise<Baton> {
    const baton = new Baton(url, options)
    try {
      await assertMigrated(baton.#database, baton.#names)
      await baton.#dispatcher.start()
    } catch (error) {
      await Promise.all([baton.#queues.close(), baton.#database.close()])
      throw error
    }
    return baton
  }

  /**
   * Starts an execution, once for an id however often it is called (G1).
   *
   * @throws InvalidInput, InvalidAttributes, UnknownWorkflow, ExecutionIdReused, InvalidExecutionId, PayloadNotSerializable, PayloadTooLarge,
   * PayloadCodecFailed; nothing is written then.
   */
  async start<C extends WorkflowClass>(workflow: C, options: StartOptions<InputOf<C>, AttributesOf<C>>): Promise<Handle<OutputOf<C>, InstanceType<C>>>
  async start(workflow: string, options: StartOptions<unknown>): Promise<Handle<unknown>>
  async start(workflow: WorkflowClass | string, options: StartOptions<unknown>): Promise<Handle<unknown>> {
    return this.#start(workflow, options, false)
  }

  /**
   * Starts an execution and waits for its result.
   *
   * @throws as `start`, and ExecutionFailed.
   */
  async execute<C extends WorkflowClass>(workflow: C, options: Omit<StartOptions<InputOf<C>, AttributesOf<C>>, 'transaction'>): Promise<OutputOf<C>>
  async execute(workflow: string, options: Omit<StartOptions<unknown>, 'transaction'>): Promise<unknown>
  async execute(workflow: WorkflowClass | string, options: Omit<StartOptions<unknown>, 'transaction'>): Promise<unknown> {
    await this.#connection.results.listen()
    const handle = await this.#start(workflow, options, true)
    return handle.result()
  }

  /**
   * The handle of an execution that exists, or will; nothing is asked yet.
   *
   * @throws InvalidExecutionId.
   */
  handle<C extends WorkflowClass>(workflow: C, id: string): Handle<OutputOf<C>, InstanceType<C>>
  handle(id: string): Handle<unknown>
  handle(...args: [WorkflowClass, string] | [string]): Handle<unknown> {
    const [workflow, id] = args.length === 1 ? [undefined, args[0]] : args
    checkId(id)
    return new Handle(id, this.#connection, workflow)
  }

  /**
   * A page of the executions a filter means, youngest first unless `orderBy` says otherwise. What is started meanwhile shifts
   * nothing.
   *
   * @throws InvalidQuery.
   * @example const { executions, next } = await baton.list({ workflow: OrderWorkflow, attributes: { total: { gte: 100 } } })
   */
  list<C extends WorkflowClass = WorkflowClass>(options?: ListOptions<C>): Promise<ExecutionPage>
  list(options: ListOptions = {}): Promise<ExecutionPage> {
    return withReconnect(() => list(this.#database, this.#names, options))
  }

  /**
   * All executions a filter means, page by page as they are asked for.
   *
   * @throws InvalidQuery.
   * @example for await (const { id } of baton.listAll({ status: 'failed' })) console.log(id)
   */
  listAll<C extends WorkflowClass = WorkflowClass>(options?: Omit<ListOptions<C>, 'limit' | 'cursor'>): AsyncGenerator<ExecutionSummary, void, undefined>
  async *listAll(options: Omit<ListOptions, 'limit' | 'cursor'> = {}): AsyncGenerator<ExecutionSummary, void, undefined> {
    let cursor: string | undefined
    do {
      const page = await this.list({ ...options, limit: 500, ...(cursor === undefined ? {} : { cursor }) })
      yield* page.executions
      cursor = page.next
    } while (cursor !== undefined)
  }

  /**
   * How many executions a filter means.
   *
   * @throws InvalidQuery.
   * @example await baton.count({ status: 'failed' }, { atMost: 1_000 })
   */
  count<C extends WorkflowClass = WorkflowClass>(filter?: ExecutionFilter<C>, options?: CountOptions): Promise<number>
  count(filter: ExecutionFilter = {}, options: CountOptions = {}): Promise<number> {
    return withReconnect(() => count(this.#database, this.#names, filter, options))
  }

  /**
   * Starts an execution unless its id exists, and sends it a signal, in one commit.
   *
   * @throws as `start` and `Handle.signal`, InvalidMessage; but an execution that exists may have another input.
   * @example
   * await baton.signalWithStart(Cart, { id: 'cart-42', input: {}, signal: { name: 'add', args: [item] } })
   */
  async signalWithStart<C extends WorkflowClass, K extends MethodName<InstanceType<C>>>(
    workflow: C, options: WithStart<C> & { readonly signal: Call<InstanceType<C>, K> },
  ): Promise<Handle<OutputOf<C>, InstanceType<C>>> {
    checkCall(options.signal)
    const { name, args, id = randomUUID() } = options.signal
    const handle = await this.#sendWithStart(workflow, options, 'signal', { name, args, id })
    return handle as Handle<OutputOf<C>, InstanceType<C>>
  }

  /**
   * Starts an execution unless its id exists, sends it an update in the same commit, and waits for the answer.
   *
   * @throws as `start` and `Handle.update`, InvalidMessage; but an execution that exists may have another input.
   * @example
   * const total = await baton.updateWithStart(Cart, { id: 'cart-42', input: {}, update: { name: 'add', args: [item] } })
   */
  async updateWithStart<C extends WorkflowClass, K extends MethodName<InstanceType<C>>>(
    workflow: C, options: Omit<WithStart<C>, 'transaction'> & { readonly update: Call<InstanceType<C>, K> },
  ): Promise<ReturnOf<InstanceType<C>, K>> {
    checkCall(options.update)
    const { name, args, id = randomUUID() } = options.update
    if (options.update.id !== undefined) await this.#connection.answers.forget(answerKey(options.id, id))
    const call = { id, name, args: encode(`What is sent with update '${name}'`, args, this.#database.border.maxBytes) }
    const send = (): Promise<unknown> => this.#sendWithStart(workflow, options, 'update', { name, args, id })
    return (await update(this.#connection, options.id, call, send)) as ReturnOf<InstanceType<C>, K>
  }

  /**
   * Ends the wait of a token that `externalToken()` or `approval()` has made.
   *
   * @throws InvalidToken, ExecutionNotFound, ExecutionEnded, PayloadNotSerializable, PayloadTooLarge; nothing is written then.
   * @example await baton.complete(token, { approved: true })
   */
  async complete(token: string, value: unknown): Promise<void> {
    await completeToken(this.#connection, token, { output: encode('The value of the token', value, this.#database.border.maxBytes) })
  }

  /**
   * Ends the wait of a token with a failure, which the workflow gets as an ApplicationError.
   *
   * @throws as `complete`; InvalidMessage if it is no Error.
   * @example await baton.fail(token, new ApplicationError('Declined'))
   */
  async fail(token: string, error: Error): Promise<void> {
    if (!(error instanceof Error)) throw new InvalidMessage('A token is failed with an Error.')
    const failure = error instanceof BatonError ? error : new ApplicationError(error.message, { type: error.name, cause: error })
    await completeToken(this.#connection, token, { failure: toFailure(failure) })
  }

  /**
   * The patches of a workflow: which executions bear their marks, which may still need the old branch, and what can go. A moment's
   * picture; clients that start executions meanwhile do not change a verdict.
   *
   * @example for (const { id, verdict } of await baton.patches(OrderWorkflow)) console.log(id, verdict)
   */
  patches(workflow: WorkflowClass | string): Promise<readonly PatchReport[]> {
    const name = typeof workflow === 'string' ? workflow : defineWorkflow(workflow).name
    return withReconnect(() => patches(this.#database, this.#names, name))
  }

  /**
   * When workflows are started by their triggers, and what was started last: of all, or of one.
   *
   * @example for (const { trigger, nextAt } of await baton.schedules(NightlyReport)) console.log(trigger, nextAt)
   */
  schedules(workflow?: WorkflowClass | string): Promise<readonly ScheduleReport[]> {
    const name = typeof workflow === 'function' ? defineWorkflow(workflow).name : workflow
    return withReconnect(() => schedules(this.#database, name))
  }

  /**
   * Lets a blocked execution be tried again; false if it is not blocked.
   *
   * @throws ExecutionNotFound, InvalidExecutionId.
   * @example await baton.resume('order-42')
   */
  resume(id: string): Promise<boolean> {
    return this.handle(id).resume()
  }

  /**
   * Does something to every execution that a filter means, some at a time: stops, kills, pauses, resumes, restarts, signals. One
   * that fails does not keep the others from it.
   *
   * @throws InvalidQuery.
   * @example const { done, failed } = await baton.forAll({ workflow: 'order', status: 'running' }, (order) => order.stop('recall'))
   */
  async forAll(filter: ExecutionFilter, act: (handle: Handle<unknown>) => Promise<unknown>, options: BulkOptions = {}): Promise<BulkOutcome> {
    const executions = this.listAll({ ...filter, orderBy: 'id' })
    async function* ids(): AsyncGenerator<string, void, undefined> {
      for await (const { id } of executions) yield id
    }
    return forAll(ids(), (id) => act(this.handle(id)), options)
  }

  /** Closes the connections; who still waits for a result gets ClientClosed. Executions go on. */
  async close(): Promise<void> {
    await this.#listener.close()
    await this.#dispatcher.stop()
    await Promise.all([this.#queues.close(), this.#database.close()])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #sendWithStart(
    workflow: WorkflowClass, options: StartOptions<unknown>, type: 'signal' | 'update', { name, args, id }: Required<UntypedCall>,
  ): Promise<Handle<unknown>> {
    checkMessageId(id)
    const start = await this.#prepare(workflow, options, false)
    const handlers = new Handlers(this.#database, start.id, workflow)
    const message = await this.#connection.post.seal(callMessage(start.id, type, name, { id, args: await handlers.check(type, name, args) }))
    const sealed = await this.#starter.sealed([start])
    const act = async (execute: Execute, create = createExecutions): Promise<void> => {
      await create(execute, this.#dispatcher, this.#names, sealed, 'later')
      await this.#connection.post.sendWithin(execute, message)
    }
    await this.#dispatcher.ensureQueue(start.queue)
    if (options.transaction) await act(executeFor(options.transaction), queueExecutions)
    else await withReconnect(() => transaction(this.#database.pool, act))
    return new Handle<unknown>(start.id, this.#connection, workflow)
  }

  async #start(workflow: WorkflowClass | string, options: StartOptions<unknown>, awaited: boolean): Promise<Handle<unknown>> {
    const start = await this.#prepare(workflow, options, awaited)
    const handle = new Handle<unknown>(start.id, this.#connection, typeof workflow === 'string' ? undefined : workflow)
    if (options.transaction) {
      const execute: Execute = executeFor(options.transaction)
      await this.#starter.startWithin(execute, start)
      return handle
    }
    await withReconnect(() => this.#starter.start(start))
    return handle
  }

  async #prepare(workflow: WorkflowClass | string, options: StartOptions<unknown>, awaited: boolean): Promise<NewExecution> {
    const target = typeof workflow === 'string' ? await withReconnect(() => resolveWorkflow(this.#database, this.#names, workflow)) : targetOf(workflow)
    const id = options.id ?? newId()
    checkId(id)
    return {
      id,
      workflow: target.name,
      version: target.version,
      queue: target.queue,
      input: encode(`The input of workflow '${target.name}'`, target.parse(options.input), this.#database.border.maxBytes),
      start: {},
      attributes: target.attributes(options.attributes ?? {}),
      memo: encode(`The memo of execution '${id}'`, options.memo, this.#database.border.maxBytes),
      awaited,
      priority: checkPriority(`The start of '${id}'`, options.priority ?? 0),
    }
  }
}
