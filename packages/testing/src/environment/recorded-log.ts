// Owns: the log of one execution as the tables have it: the main log through all runs, and a log for each forEach iteration.
import { type EventRow, fromRow, type HistoryEvent, type TurnDraft } from '@baton/runtime/core'

/** An event as a row, with its place and virtual time. */
export interface LogRow extends EventRow {
  readonly seq: number
  readonly at: number
  /** The iteration whose log it is in; undefined in the main log. */
  readonly lane: string | undefined
}

export class RecordedLog {
  readonly #rows: LogRow[] = []
  /**
   * Logs of iterations that have not ended; `after` is the number of the last event of the main log before each row, `nth` orders the
   * rows behind the same one.
   */
  readonly #lanes = new Map<string, { readonly after: number; readonly nth: number; readonly row: LogRow }[]>()
  #nth = 0
  readonly #ended = new Set<string>()
  #runSeq = 1

  /** `first` is the start. */
  constructor(first: EventRow, at: number) {
    this.#rows.push({ ...first, seq: 1, at, lane: undefined })
  }

  append({ events, run, opened, closed }: Pick<TurnDraft, 'events' | 'run' | 'opened' | 'closed'>): void {
    for (const { lane } of opened) {
      if (this.#ended.has(lane)) throw new TypeError(`The log of iteration '${lane}' was written again after its end.`) // a primary key in the tables
      this.#lanes.set(lane, [])
    }
    for (const { execution, after, nth, ...row } of events) {
      if (after === null || nth === null) {
        this.#rows.push({ ...row, lane: undefined })
        continue
      }
      const lane = execution.slice(execution.indexOf('\u001f') + 1)
      this.#nth = nth
      this.#lanes.get(lane)?.push({ after, nth, row: { ...row, lane } }) // one that began and ended in this turn is not read again
    }
    for (const { lane } of closed) {
      this.#lanes.delete(lane)
      this.#ended.add(lane)
    }
    if (run) this.#runSeq = run.seq
  }

  /** Writes an event of no turn. */
  push(row: EventRow, at: number): void {
    this.#rows.push({ ...row, seq: this.#rows.length + 1, at, lane: undefined })
  }

  /** How many runs it holds. */
  get runs(): number {
    return 1 + this.#rows.filter(({ type }) => type === 'ContinuedAsNew').length
  }

  /** The last of the numbers that order the events of iterations. */
  get nth(): number {
    return this.#nth
  }

  /** The main log, whole. */
  main(): readonly LogRow[] {
    return this.#rows
  }

  /** The run that is under way, with the events of open iterations behind those of the main log that they came after. */
  run(): readonly LogRow[] {
    return this.#merged(this.#rows.slice(this.#runSeq - 1))
  }

  /** All runs, with the events of open iterations. */
  whole(): readonly LogRow[] {
    return this.#merged(this.#rows)
  }

  /** The last event of the main log. */
  last(): HistoryEvent | undefined {
    const row = this.#rows.at(-1)
    return row && fromRow(row)
  }

  #merged(main: readonly LogRow[]): readonly LogRow[] {
    if (this.#lanes.size === 0) return main
    const behind = [...this.#lanes.values()].flat().sort((a, b) => a.nth - b.nth)
    return main.flatMap((row) => [row, ...behind.filter(({ after }) => after === row.seq).map((each) => each.row)])
  }
}

/** @throws UnknownEvent. */
export function toEvent({ lane, at, ...row }: Pick<LogRow, 'type' | 'command' | 'payload' | 'meta' | 'at' | 'lane'>): HistoryEvent {
  const event = { ...fromRow(row), at }
  return lane === undefined ? event : { ...event, lane }
}
