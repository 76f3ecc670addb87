import type { Command } from '../core/command.ts'
import type { HistoryEvent } from '../core/history-event.ts'
import type { Answer } from '../core/mailbox.ts'
import type { Lane, NewEnd, NewEvent, NewRun } from '../log/append.ts'
import type { Turn } from '../log/log-writer.ts'
import type { NewItem } from '../log/stream-items.ts'
import type { Sent } from './sent.ts'

/** Shared by all turns that have nothing of a kind. */
const NONE: readonly never[] = []

/** What a turn comes to: made as it begins, so that an execution that waits has none. */
export class TurnDraft implements Turn<Sent> {
  readonly execution: string
  events: readonly NewEvent[] = NONE
  end: NewEnd | undefined
  run: NewRun | undefined
  opened: readonly Lane[] = NONE
  closed: readonly Lane[] = NONE
  consumed: readonly string[] = NONE
  commands: readonly Command[] = NONE
  answers: readonly Answer[] = NONE
  items: readonly NewItem[] = NONE
  /** The event that ended the execution, or its run. */
  last: HistoryEvent | undefined
  /** Workers had died with it in hand. */
  recovered = false
  /** What it sends away. */
  jobs: readonly Sent[] = NONE

  constructor(execution: string) {
    this.execution = execution
  }
}

/** The list with another item, in place if the list is nobody else's. */
export function including<T>(list: readonly T[], item: T): readonly T[] {
  if (list.length === 0) return [item]
  ;(list as T[]).push(item)
  return list
}
