// Owns: the connection the process appends over, and the order of its flushes.
//
// Invariants
//  L1  A turn's events, the end it brings, the inbox rows it consumed and the jobs it causes are one commit.
//  L2  Nothing is appended under a fenced identity; then every waiting turn is refused with `Fenced`.
//  L3  When the connection breaks during a flush, the log is read to learn whether it committed before anything else is
//      appended. Only this worker can append to its executions, so a row with our sequence number is ours.
//  L4  A row the server refuses fails its own turn, never its neighbours'.
import { answered } from './answered.ts'
import { appendStatement, type FlushRows, type Lane, type NewEnd, type NewEvent, type NewRun } from './append.ts'
import { addAttributeChanges, setAttributesStatement } from './attributes.ts'
import { isConflict, isConnectionLoss, isDuplicate } from './connection-loss.ts'
import type { Faults } from './fault-points.ts'
import { Fenced, unfenced } from './fenced.ts'
import { GroupCommit } from './group-commit.ts'
import type { Names } from './names.ts'
import { Session } from './session.ts'
import type { NewItem } from './stream-items.ts'
import { type Execute, within } from './transaction.ts'

/** What one turn of one execution writes; `J` is a job of the dispatch room. */
export interface Turn<J> {
  readonly execution: string
  readonly events: readonly NewEvent[]
  readonly end: NewEnd | undefined
  readonly run?: NewRun | undefined
  /** Workers had died with it in hand: with these events it is known to get on. */
  readonly recovered?: boolean
  /** Logs of iterations that begin or end with this turn. */
  readonly opened?: readonly Lane[]
  readonly closed?: readonly Lane[]
  readonly consumed: readonly string[]
  /** What its code has published; an item that is there already is not written again. */
  readonly items?: readonly NewItem[]
  readonly jobs: readonly J[]
}

/** What of turns carries payloads. */
export interface Payloads<J> {
  readonly events: readonly NewEvent[]
  readonly items: readonly NewItem[]
  readonly jobs: readonly J[]
}

/** A flush on its way. */
interface Flush<J> {
  readonly rows: FlushRows
  readonly jobs: readonly J[]
  /** The number of the transaction that has sent the jobs, known just before its commit. */
  transaction: string | undefined
}

export interface LogWriterOptions<J> {
  readonly url: string
  readonly names: Names
  readonly worker: number
  readonly application: string
  /** Makes sure that jobs can be enqueued; done over other connections, before the transaction. */
  readonly prepare: (jobs: readonly J[]) => Promise<void>
  /** Enqueues jobs inside the flush's transaction. */
  readonly enqueue: (execute: Execute, jobs: readonly J[]) => Promise<void>
  /** What is written passes it first, before the transaction; undefined: it is written as it is. */
  readonly seal: ((payloads: Payloads<J>) => Promise<Payloads<J>>) | undefined
  readonly faults: Faults
}

/** The most turns of one flush; a turn is never split. */
const MAX_TURNS = 1_000

export class LogWriter<J> {
  readonly #options: LogWriterOptions<J>
  readonly #session: Session
  readonly #group: GroupCommit<Turn<J>, unknown>
  #fenced: Fenced | undefined
  #closed = false

  constructor(options: LogWriterOptions<J>) {
    this.#options = options
    this.#session = new Session({
      url: options.url,
      name: `${options.application} log`,
    })
    this.#group = new GroupCommit({ max: MAX_TURNS, flush: (turns) => this.#flush(turns) })
  }

  async open(): Promise<void> {
    await this.#session.open()
  }

  /**
   * Commits a turn, together with all others that wait.
   *
   * @throws Fenced if another worker has taken over; the server's error if it refuses this turn's own rows.
   */
  async append(turn: Turn<J>): Promise<void> {
    const error = await this.#group.submit(turn)
    if (error !== undefined) throw error
  }

  /** The same without a promise: `told` gets undefined once the turn is committed, or the error. */
  write(turn: Turn<J>, told: (error: unknown) => void): void {
    this.#group.add(turn, told, told)
  }

  idle(): Promise<void> {
    return this.#group.idle()
  }

  /** Ends after what is under way; turns that come later are refused. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#group.idle()
    await this.#session.close()
  }

  /** Refuses all turns at once, those under way included: the identity is gone, and so is the connection. */
  fence(): void {
    this.#fenced ??= new Fenced(this.#options.worker)
    this.#closed = true
    this.#session.reset()
  }

  async #flush(turns: readonly Turn<J>[]): Promise<readonly unknown[]> {
    try {
      await this.#commit(turns)
      return turns.map(() => undefined)
    } catch (error) {
      if (error instanceof Fenced) {
        this.#fenced = error
        return turns.map(() => error)
      }
      if (turns.length === 1) return [error]
      const results: unknown[] = []
      for (const turn of turns) results.push(...(await this.#flush([turn])))
      return results
    }
  }

  /** Returns once the turns are committed; throws if they are not and cannot be. */
  async #commit(turns: readonly Turn<J>[]): Promise<void> {
    const { seal, faults } = this.#options
    const flush = seal ? await sealed(flushOf(turns), seal) : flushOf(turns)
    for (;;) {
      if (this.#fenced) throw this.#fenced
      if (this.#closed && !this.#session.isOpen) throw new Error('The log writer was closed before the turn was written.')
      try {
        const held = faults('append:before')
        if (held) await held
        await answered(this.#write(flush))
        await faults('append:after')
        return
      } catch (error) {
        if (isConflict(error)) continue
        if (!isConnectionLoss(error) && !isDuplicate(error)) throw error
        // Whichever connection was lost: what ours holds is not to be built upon.
        if (isConnectionLoss(error)) this.#session.reset()
        if (await answered(this.#settled(flush))) return
        // It may have committed after we looked: then the second try met its rows.
        if (isDuplicate(error)) throw error
      }
    }
  }

  async #write(flush: Flush<J>): Promise<void> {
    const { names, worker, prepare, enqueue } = this.#options
    const { rows, jobs } = flush
    const statement = appendStatement(names, worker, rows)
    const { attributes } = rows
    flush.transaction = undefined
    if (jobs.length === 0 && attributes.size === 0) {
      const { rowCount } = await this.#session.query(statement)
      if (rowCount === 0) throw new Fenced(worker)
      return
    }
    await prepare(jobs) // what goes over other connections goes before the transaction
    const client = await this.#session.client()
    await within(client, async (execute) => {
      const { rowCount } = await client.query(statement)
      if (rowCount === 0) throw new Fenced(worker)
      if (attributes.size > 0) await client.query(setAttributesStatement(names, attributes))
      await enqueue(execute, jobs)
      const { rows: ids } = await execute('select pg_current_xact_id()::text as id')
      flush.transaction = (ids as { id: string }[])[0]?.id
    })
  }

  /** Whether a flush whose outcome is unknown has committed. */
  async #settled(flush: Flush<J>): Promise<boolean> {
    const { names, worker } = this.#options
    const { rows: { events }, jobs, transaction } = flush
    for (;;) {
      if (this.#fenced) throw this.#fenced
      try {
        const { rows: answer } = await this.#session.query<{ live: number; written: number; status: string | null }>({
          text: `with me as materialized (${unfenced(names)})
            select (select count(*) from me)::int as live, pg_xact_status($6::xid8) as status,
              (select count(*) from ${names.schema}.events join unnest($2::text[], $3::int[], $4::${names.schema}.event_type[], $5::text[]) w (id, no, kind, what)
                on execution_id = w.id and seq = w.no and type = w.kind and command is not distinct from w.what)::int as written`,
          values: [
            worker, events.map((e) => e.execution), events.map((e) => e.seq), events.map((e) => e.type), events.map((e) => e.command),
            transaction ?? null,
          ],
        })
        const [found] = answer
        if (found?.live !== 1) throw new Fenced(worker)
        // With jobs the transaction itself is asked: without its number it had not come to its commit.
        if (jobs.length > 0) {
          if (found.status === 'in progress') continue
          return found.status === 'committed'
        }
        return events.length > 0 && found.written === events.length
      } catch (error) {
        if (!isConnectionLoss(error) || this.#closed) throw error
        this.#session.reset()
      }
    }
  }
}

function flushOf<J>(turns: readonly Turn<J>[]): Flush<J> {
  const jobs: J[] = []
  for (const turn of turns) jobs.push(...turn.jobs)
  return { rows: rowsOf(turns), jobs, transaction: undefined }
}

/** Once a flush: what is tried again is the same text. */
async function sealed<J>({ rows, ...flush }: Flush<J>, seal: NonNullable<LogWriterOptions<J>['seal']>): Promise<Flush<J>> {
  const { events, items, jobs } = await seal({ events: rows.events, items: rows.items, jobs: flush.jobs })
  return { ...flush, rows: { ...rows, events, items }, jobs }
}

function rowsOf<J>(turns: readonly Turn<J>[]): FlushRows {
  const events: NewEvent[] = []
  const ends: NewEnd[] = []
  const runs: NewRun[] = []
  const recovered: string[] = []
  const opened: Lane[] = []
  const closed: Lane[] = []
  const consumed: string[] = []
  const items: NewItem[] = []
  const attributes = new Map<string, Record<string, unknown>>()
  for (const turn of turns) {
    for (const event of turn.events) {
      events.push(event)
      addAttributeChanges(attributes, event)
    }
    if (turn.end) ends.push(turn.end)
    else if (turn.run) runs.push(turn.run)
    // An end and a run say so themselves: a row is updated once a statement.
    else if (turn.recovered) recovered.push(turn.execution)
    if (turn.opened) opened.push(...turn.opened)
    if (turn.closed) closed.push(...turn.closed)
    if (turn.items) items.push(...turn.items)
    consumed.push(...turn.consumed)
  }
  // In the order in which everybody locks them.
  ends.sort((a, b) => (a.execution < b.execution ? -1 : 1))
  recovered.sort()
  return { events, ends, runs, recovered, opened, closed, consumed, items, attributes }
}
