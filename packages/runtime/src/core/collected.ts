import type { Command } from './command.ts'
import type { HistoryEvent } from './history-event.ts'

/** What a turn leaves to be appended and, once that is committed, to be done. */
export interface Collected {
  readonly events: readonly HistoryEvent[]
  readonly commands: readonly Command[]
  /** The program has been told something: let it run, and collect again. */
  readonly more: boolean
}
