import type { ArgsOf, ExecutionDescription, HistoryRecord, MessageOptions, MethodName, ReturnOf, StreamItem, StreamOptions, Wait } from '@baton/runtime'
import { decode, fromRow, type RawEvent, rawHistory, toRecord, toWaits } from '@baton/runtime/core'
import { checkStreamName } from '@baton/sdk/host'
import type { Drive } from './drive.ts'
import type { Engine } from './engine.ts'
import type { Messages } from './messages.ts'
import type { RecordedExecution } from './recorded-execution.ts'

/** What handles of an environment share. */
export interface Surroundings {
  readonly engine: Engine
  readonly drive: Drive
  readonly messages: Messages
}

/** One execution of a test environment, with the methods of a client's handle; `T` is the instance type of its class. */
export class TestHandle<O, T = unknown> {
  /** The execution's id. */
  readonly id: string
  readonly #execution: RecordedExecution
  readonly #engine: Engine
  readonly #drive: Drive
  readonly #messages: Messages
  readonly #messageId: string | undefined

  /** @internal */
  constructor(execution: RecordedExecution, { engine, drive, messages }: Surroundings, messageId?: string) {
    this.id = execution.id
    this.#execution = execution
    this.#engine = engine
    this.#drive = drive
    this.#messages = messages
    this.#messageId = messageId
  }

  /**
   * What the workflow returned, once it has. Virtual time passes by itself meanwhile, unless it is moved by hand.
   *
   * @throws ExecutionFailed with the workflow's error as cause, and its kinds ExecutionStopped, ExecutionKilled and
   * ExecutionTimedOut; AssertionError if it waits for what only the test can send; what has blocked it; WrongContext if the
   * environment was closed before it ended.
   */
  result(): Promise<O> {
    return this.#drive.resultOf(this.#execution) as Promise<O>
  }

  /** What it was started with, as the log has it. */
  get input(): unknown {
    return decode(this.#execution.input)
  }

  /** What it is and where it stands; lets run what can run at this time. */
  async describe(): Promise<ExecutionDescription> {
    await this.#engine.quiet()
    const { id, workflow, status, actor, inHand, createdAt, startedAt, endedAt } = this.#execution
    const { name, version, queue } = workflow.definition
    const wakesAt = inHand.size === 0 ? actor?.nextDue() : undefined
    return {
      id,
      workflow: name,
      version,
      queue,
      status,
      worker: undefined,
      createdAt: new Date(createdAt),
      startedAt: dateOf(startedAt),
      endedAt: dateOf(endedAt),
      wakesAt: dateOf(wakesAt),
      attributes: this.#execution.attributes,
      waitsFor: endedAt === undefined ? (actor && toWaits(actor.execution.waits())) : [],
      memo: decode(this.#execution.memo),
      parent: this.#execution.parent?.execution,
      runs: this.#execution.log.runs,
      blocked: status === 'blocked' ? reasonOf(this.#execution.blocked) : undefined,
    }
  }

  /** Its log, from the first event, in virtual time; lets run what can run at this time. */
  async history(): Promise<readonly HistoryRecord[]> {
    await this.#engine.quiet()
    return this.#execution.log.main().map(({ seq, at, ...row }) => ({ seq, at: new Date(at), ...toRecord(fromRow(row)) }))
  }

  /** @internal */
  async [rawHistory](): Promise<readonly RawEvent[]> {
    await this.#engine.quiet()
    return this.#execution.log.whole().map(({ at, lane, ...row }) => ({ ...row, at: new Date(at), lane: lane ?? null }))
  }

  /**
   * The same execution, with messages sent under this id: sent again it is the same message.
   *
   * @example await handle.with({ id: webhook.id }).signal('paid', receipt)
   */
  with({ id }: Pick<MessageOptions, 'id'>): TestHandle<O, T> {
    return new TestHandle(this.#execution, { engine: this.#engine, drive: this.#drive, messages: this.#messages }, id)
  }

  /**
   * Sends a signal. It is delivered once, in the order in which they were sent.
   *
   * @throws UnknownHandler, InvalidPayload, PayloadNotSerializable, PayloadTooLarge, ExecutionEnded.
   * @example await env.handle(OrderWorkflow, 'order-42').signal('approve', 'ann')
   */
  async signal<K extends MethodName<T>>(name: K, ...args: ArgsOf<T, K>): Promise<void> {
    this.#messages.signal(this.#execution, name, args, this.#nextId())
  }

  /**
   * Sends an update and waits for what its method returns. Virtual time passes by itself meanwhile, unless it is moved by hand.
   *
   * @throws UpdateRejected if its validator refused it, UpdateFailed if its method threw; as `signal`; as `result`, if no answer
   * can come.
   * @example const total = await handle.update('setQuantity', 3)
   */
  async update<K extends MethodName<T>>(name: K, ...args: ArgsOf<T, K>): Promise<ReturnOf<T, K>> {
    return (await this.#messages.update(this.#execution, name, args, this.#nextId())) as ReturnOf<T, K>
  }

  /**
   * Asks a query; lets run what can run at this time.
   *
   * @throws QueryFailed, UnknownHandler, InvalidPayload.
   * @example expect(await handle.query('status')).toBe('waiting')
   */
  async query<K extends MethodName<T>>(name: K, ...args: ArgsOf<T, K>): Promise<ReturnOf<T, K>> {
    return (await this.#messages.query(this.#execution, name, args)) as ReturnOf<T, K>
  }

  /** What it waits for, oldest first; lets run what can run at this time. */
  async waitsFor(): Promise<readonly Wait[]> {
    return toWaits(await this.#messages.waitsOf(this.#execution))
  }

  /**
   * Asks it to stop: what it waits for throws `Cancelled`, cleanup and compensation run, and it ends as `stopped`, unless its
   * code decides otherwise.
   *
   * @throws ExecutionEnded.
   */
  async stop(reason = 'asked by a client'): Promise<void> {
    this.#messages.stop(this.#execution, reason)
  }

  /**
   * Ends it at once: none of its code runs any more.
   *
   * @throws ExecutionEnded.
   */
  async kill(reason = 'asked by a client'): Promise<void> {
    this.#messages.kill(this.#execution, reason)
  }

  /**
   * The items of one of its streams from an offset on, until the stream is closed or the execution has ended. Virtual time
   * passes by itself while the loop waits, unless it is moved by hand.
   *
   * @throws InvalidStreamName; as `result`; the reason of `signal`.
   */
  async *stream<T = unknown>(name: string, { from = 0, follow = true, signal }: Omit<StreamOptions, 'pageSize'> = {}): AsyncGenerator<StreamItem<T>, void, undefined> {
    checkStreamName(name)
    const { streams } = this.#execution
    if (!follow) await this.#engine.quiet()
    for (let next = from; ; ) {
      signal?.throwIfAborted()
      const item = streams.items(name)[next]
      if (item) {
        next++
        yield item as StreamItem<T>
      } else if (!follow || streams.isOver(name)) {
        return
      } else {
        await this.#drive.changeOf(this.#execution, signal)
      }
    }
  }

  /**
   * The values that stand in one of its streams; lets run what can run at this time.
   *
   * @throws InvalidStreamName.
   * @example expect(await handle.published('status')).toEqual(['packing', 'sent'])
   */
  async published<T = unknown>(name: string): Promise<readonly T[]> {
    checkStreamName(name)
    await this.#engine.quiet()
    return this.#execution.streams.items(name).map(({ value }) => value as T)
  }

  #nextId(): string {
    return this.#messageId ?? this.#messages.nextId()
  }
}

function dateOf(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms)
}

function reasonOf(error: unknown): { readonly code: string; readonly reason: string } {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'ReplayFailed'
  return { code, reason: error instanceof Error ? error.message : String(error) }
}
