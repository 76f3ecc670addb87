import type { ExecutionDescription, HistoryRecord, StreamItem, StreamOptions } from '@baton/runtime'
import { decode, toRecord } from '@baton/runtime/core'
import { checkStreamName } from '@baton/sdk/host'
import type { Drive } from './drive.ts'
import type { Engine } from './engine.ts'
import type { RecordedExecution } from './recorded-execution.ts'

/** One execution of a test environment; asks what a client's handle asks, and gets answers of the same shape. */
export class TestHandle<O> {
  /** The execution's id. */
  readonly id: string
  readonly #execution: RecordedExecution
  readonly #engine: Engine
  readonly #drive: Drive

  /** @internal */
  constructor(execution: RecordedExecution, engine: Engine, drive: Drive) {
    this.id = execution.id
    this.#execution = execution
    this.#engine = engine
    this.#drive = drive
  }

  /**
   * What the workflow returned, once it has. Virtual time passes by itself meanwhile, unless it is moved by hand.
   *
   * @throws ExecutionFailed with the workflow's error as cause; AssertionError if the execution can never end; WrongContext
   * if the environment was closed before it did.
   */
  result(): Promise<O> {
    return this.#drive.resultOf(this.#execution) as Promise<O>
  }

  /** What it is and where it stands; lets run what can run at this time. */
  async describe(): Promise<ExecutionDescription> {
    await this.#engine.quiet()
    const { id, workflow, status, actor, createdAt, startedAt, endedAt } = this.#execution
    const { name, version, queue } = workflow.definition
    const wakesAt = actor?.localSteps === 0 ? actor.nextDue() : undefined
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
      memo: decode(this.#execution.memo),
      blocked: status === 'blocked' ? reasonOf(this.#execution.blocked) : undefined,
    }
  }

  /** Its log, from the first event, in virtual time; lets run what can run at this time. */
  async history(): Promise<readonly HistoryRecord[]> {
    await this.#engine.quiet()
    return this.#execution.events().map(({ seq, at, event }) => ({ seq, at, ...toRecord(event) }))
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
}

function dateOf(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms)
}

function reasonOf(error: unknown): { readonly code: string; readonly reason: string } {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'ReplayFailed'
  return { code, reason: error instanceof Error ? error.message : String(error) }
}
