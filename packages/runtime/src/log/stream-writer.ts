// Owns: the publications of this process to streams, the connection they go over, and the order of their flushes. One flush is under way at most, so that
// a process never waits for itself at a stream's counter.
//
// Invariants
//  P1  Offsets of a stream have no gap, and become visible in their order.
//  P2  Nothing is published under a fenced identity, or to an execution that has ended.
//  P3  When the connection breaks, the transaction is looked up before anything is written again: an item is written once.
import { StreamClosed } from '@baton/sdk'
import { answered } from './answered.ts'
import { isConflict, isConnectionLoss } from './connection-loss.ts'
import type { Faults } from './fault-points.ts'
import { Fenced } from './fenced.ts'
import { GroupCommit } from './group-commit.ts'
import type { PayloadBorder } from '../payload/payload-border.ts'
import type { Names } from './names.ts'
import { Session } from './session.ts'
import { closeStatement, type NewItem, publishStatement, type StreamName, type Written, writtenStatement } from './stream-items.ts'
import { within } from './transaction.ts'

export interface StreamWriterOptions {
  readonly url: string
  readonly names: Names
  readonly worker: number
  readonly application: string
  readonly border: PayloadBorder
  readonly faults: Faults
  /** The database says that this identity is over. */
  readonly onFenced: () => void
}

type Act = { readonly publish: NewItem } | { readonly close: StreamName }

const MAX_ACTS = 1_000
/** What one statement carries, about. */
const MAX_BYTES = 4 * 1024 * 1024
/** Before a transaction that has not ended is asked for again. */
const AGAIN_MS = 50

export class StreamWriter {
  readonly #options: StreamWriterOptions
  /** Made when something is published first: most workers never do. */
  readonly #session: Session
  readonly #group: GroupCommit<Act, Error | undefined>
  #fenced: Fenced | undefined
  #closed = false

  constructor(options: StreamWriterOptions) {
    this.#options = options
    this.#session = new Session({ url: options.url, name: `${options.application} streams` })
    this.#group = new GroupCommit({ max: MAX_ACTS, flush: (acts) => this.#flush(acts) })
  }

  /**
   * Resolves once the item is committed, or one of its key was.
   *
   * @throws StreamClosed; Fenced; the server's error if it refuses the item.
   */
  async publish(item: NewItem): Promise<void> {
    const error = await this.#group.submit({ publish: item })
    if (error) throw error
  }

  /** @throws Fenced. */
  async close(stream: StreamName): Promise<void> {
    const error = await this.#group.submit({ close: stream })
    if (error) throw error
  }

  /** Refuses everything, what is under way included: the identity is gone, and so is the connection. */
  fence(): void {
    this.#fenced ??= new Fenced(this.#options.worker)
    this.#closed = true
    this.#session.reset()
  }

  /** Ends after what is under way; a server that is away is not waited for any more. */
  async end(): Promise<void> {
    this.#closed = true
    await (this.#session.isOpen ? this.#group.idle().finally(() => this.#session.close()) : this.#session.close())
  }

  async #flush(acts: readonly Act[]): Promise<readonly (Error | undefined)[]> {
    const results: (Error | undefined)[] = []
    for (const run of runsOf(acts)) results.push(...(await this.#attempt(run)))
    return results
  }

  /** What the server refuses fails alone, never its neighbours. */
  async #attempt(run: readonly Act[]): Promise<readonly (Error | undefined)[]> {
    try {
      return await this.#write(run)
    } catch (error) {
      if (error instanceof Fenced && !this.#fenced) {
        this.#fenced = error
        this.#options.onFenced()
      }
      if (run.length === 1 || error instanceof Fenced) return run.map(() => toError(error))
      const results: (Error | undefined)[] = []
      for (const act of run) results.push(...(await this.#attempt([act])))
      return results
    }
  }

  #write(run: readonly Act[]): Promise<readonly (Error | undefined)[]> {
    const items = run.flatMap((act) => ('publish' in act ? [act.publish] : []))
    return items.length > 0 ? this.#publish(items) : this.#close(run.flatMap((act) => ('close' in act ? [act.close] : [])))
  }

  async #publish(plain: readonly NewItem[]): Promise<readonly (Error | undefined)[]> {
    const { names, worker, border, faults } = this.#options
    const items = await border.sealRows(plain, 'payload')
    for (;;) {
      if (this.#fenced) throw this.#fenced
      let written: readonly Written[] = []
      try {
        await faults('publish:before')
        const client = await this.#session.client()
        await answered(within(client, async () => {
          written = (await client.query<Written>(publishStatement(names, worker, items))).rows
          if (written[0]?.live !== 1) throw new Fenced(worker)
        }))
        await faults('publish:after')
      } catch (error) {
        if (isConflict(error) || isKeyTaken(error)) continue
        if (!isConnectionLoss(error) || this.#closed) throw this.#fenced ?? error
        this.#session.reset()
        if (!(await this.#committed(items, written))) continue
      }
      return items.map(({ execution, stream }, i) => (isRefused(written[i]) ? new StreamClosed(execution, stream) : undefined))
    }
  }

  /** Whether a transaction whose outcome is unknown has committed; without its answer it had not come to its commit. */
  async #committed(items: readonly NewItem[], written: readonly Written[]): Promise<boolean> {
    const [first] = written
    const placed = items.flatMap((item, i) => (typeof written[i]?.offset === 'number' ? [{ ...item, offset: written[i].offset }] : []))
    if (first?.live !== 1 || placed.length === 0) return first?.live === 1
    for (;;) {
      if (this.#fenced) throw this.#fenced
      try {
        const statement = writtenStatement(this.#options.names, first.transaction, placed)
        const { rows } = await answered(this.#session.query<{ status: string | null; there: number }>(statement))
        if (rows[0]?.status !== 'in progress') return rows[0]?.there === placed.length
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      } catch (error) {
        if (!isConnectionLoss(error) || this.#closed) throw this.#fenced ?? error
        this.#session.reset()
      }
    }
  }

  /** Closing twice is closing once: it is simply said again. */
  async #close(streams: readonly StreamName[]): Promise<readonly undefined[]> {
    const { names, worker } = this.#options
    for (;;) {
      if (this.#fenced) throw this.#fenced
      try {
        const { rows } = await answered(this.#session.query<{ live: number }>(closeStatement(names, worker, streams)))
        if (rows[0]?.live !== 1) throw new Fenced(worker)
        return streams.map(() => undefined)
      } catch (error) {
        if (isConflict(error)) continue
        if (!isConnectionLoss(error) || this.#closed) throw this.#fenced ?? error
        this.#session.reset()
      }
    }
  }
}

/** In their order: publications together, closings together, neither beyond what a statement should carry. */
function runsOf(acts: readonly Act[]): readonly (readonly Act[])[] {
  const runs: Act[][] = []
  let bytes = 0
  for (const act of acts) {
    const last = runs.at(-1)
    const size = 'publish' in act ? (act.publish.payload?.length ?? 0) : 0
    const before = last?.[0]
    if (last && before && 'publish' in act === 'publish' in before && bytes + size <= MAX_BYTES) {
      last.push(act)
      bytes += size
    } else {
      runs.push([act])
      bytes = size
    }
  }
  return runs
}

function isRefused(written: Written | undefined): boolean {
  return !written?.open || (written.fresh && written.offset === null)
}

/** Somebody else has written an item of the same key at the same time; the next try finds it. */
function isKeyTaken(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'stream_items_keyed'
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
