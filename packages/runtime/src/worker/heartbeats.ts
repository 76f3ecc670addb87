// Owns: what the bodies that run here last reported, on its way into `heartbeats`. Reports are many and only the last of each
// attempt counts: they are gathered, and all of a worker go in one statement, at most once a second.
//
// Does not own: whether a body is silent for too long (within-time.ts). The rows matter only to attempts that die with their
// worker; of the others the outcome carries the details.
import type { Database } from '../log/database.ts'
import type { Faults } from '../log/fault-points.ts'
import { Fenced, unfenced } from '../log/fenced.ts'
import type { Names } from '../log/names.ts'
import type { Encoded } from '../payload/codec.ts'
import type { Attempt } from './attempt.ts'
import type { StepHost } from './step-host.ts'

export interface HeartbeatsOptions {
  readonly database: Database
  readonly names: Names
  readonly worker: number
  readonly faults: Faults
  readonly onError: (error: unknown) => void
}

interface Report {
  readonly attempt: Attempt
  readonly details: Encoded
}

const EVERY_MS = 1_000
/** By then the outcome stands in the log; should it not, the row goes with the execution's end. */
const FORGET_MS = 10_000

export class Heartbeats implements Pick<StepHost, 'heartbeat' | 'ended'> {
  readonly #options: HeartbeatsOptions
  #reports = new Map<string, Report>()
  /** Commands with a row. */
  readonly #kept = new Set<string>()
  /** Attempts that have ended, with the time from which on their rows can go. */
  readonly #over = new Map<string, { readonly attempt: Attempt; readonly from: number }>()
  #timer: NodeJS.Timeout | undefined
  #due = Number.POSITIVE_INFINITY
  #flushing: Promise<void> | undefined
  #last = Number.NEGATIVE_INFINITY
  #closed = false

  constructor(options: HeartbeatsOptions) {
    this.#options = options
  }

  heartbeat(attempt: Attempt, details: Encoded): void {
    const key = keyOf(attempt)
    this.#reports.set(key, { attempt, details })
    this.#over.delete(key)
    this.#schedule(this.#last + EVERY_MS)
  }

  ended(attempt: Attempt): void {
    if (this.#reports.size === 0 && this.#kept.size === 0 && attempt.details === undefined) return // as most of the time
    const key = keyOf(attempt)
    this.#reports.delete(key)
    // An earlier worker's row is known by the details it gave to this attempt.
    if (!this.#kept.delete(key) && attempt.details === undefined) return
    const from = performance.now() + FORGET_MS
    this.#over.set(key, { attempt, from })
    this.#schedule(from)
  }

  withdrawn(attempt: Attempt): void {
    this.#reports.delete(keyOf(attempt))
  }

  /** Writes what waits; afterwards nothing is written any more. */
  async end(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#flushing
    if (this.#reports.size > 0) await this.#flush()
  }

  /** The identity is gone: nothing is written any more. */
  fence(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#reports.clear()
  }

  /** Times are of `performance.now()`. */
  #schedule(due: number): void {
    if (this.#flushing || this.#closed || due >= this.#due) return
    clearTimeout(this.#timer)
    this.#due = due
    this.#timer = setTimeout(() => {
      this.#due = Number.POSITIVE_INFINITY
      this.#flushing = this.#flush().finally(() => {
        this.#flushing = undefined
        if (this.#reports.size > 0) this.#schedule(this.#last + EVERY_MS)
        else if (this.#over.size > 0) this.#schedule(this.#last + FORGET_MS)
      })
    }, Math.max(0, Math.ceil(due - performance.now())))
  }

  async #flush(): Promise<void> {
    const reports = this.#reports
    this.#reports = new Map()
    this.#last = performance.now()
    try {
      if (reports.size > 0) await this.#write(reports)
      await this.#forget()
    } catch (error) {
      // What was reported since is newer.
      if (!this.#closed) this.#reports = new Map([...reports, ...this.#reports])
      this.#options.onError(error)
    }
  }

  async #write(reports: ReadonlyMap<string, Report>): Promise<void> {
    const { database, names, worker, faults } = this.#options
    const { schema } = names
    await faults('heartbeat:before')
    const rows = await database.border.sealRows([...reports.values()], 'details')
    // A worker that was taken over, or has lost the execution or the task, writes nothing: another attempt may be reporting.
    const { rows: live } = await database.pool.query(
      `with me as materialized (${unfenced(names)}),
        reported as (select * from unnest($2::text[], $3::text[], $4::int[], $5::json[]) as r (execution_id, command, attempt, details)),
        written as (
          insert into ${schema}.heartbeats as h (execution_id, command, attempt, details)
          select r.* from me, reported r
          where exists (select from ${schema}.executions x where x.id = r.execution_id and x.owner = $1)
            or exists (select from ${schema}.tasks t where t.execution_id = r.execution_id and t.command = r.command and t.worker = $1)
          order by r.execution_id, r.command
          on conflict (execution_id, command) do update set attempt = excluded.attempt, details = excluded.details, at = now())
        select from me`,
      [
        worker, rows.map(({ attempt }) => attempt.execution), rows.map(({ attempt }) => attempt.command),
        rows.map(({ attempt }) => attempt.attempt), rows.map(({ details }) => details),
      ],
    )
    if (live.length === 0) throw new Fenced(worker)
    for (const key of reports.keys()) this.#kept.add(key)
    await faults('heartbeat:after')
  }

  async #forget(): Promise<void> {
    const { database, names: { schema } } = this.#options
    const now = performance.now()
    const due = [...this.#over].filter(([, { from }]) => from <= now)
    if (due.length === 0) return
    await database.pool.query(
      `delete from ${schema}.heartbeats h using unnest($1::text[], $2::text[], $3::int[]) as o (execution_id, command, attempt)
        where h.execution_id = o.execution_id and h.command = o.command and h.attempt = o.attempt`,
      [due.map(([, { attempt }]) => attempt.execution), due.map(([, { attempt }]) => attempt.command), due.map(([, { attempt }]) => attempt.attempt)],
    )
    for (const [key] of due) this.#over.delete(key)
  }
}

/** A command has one attempt at a time. */
function keyOf({ execution, command }: Attempt): string {
  return `${execution}\0${command}`
}
