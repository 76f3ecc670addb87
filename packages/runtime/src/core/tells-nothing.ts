import type { HistoryEvent } from './history-event.ts'

/** Events that say what the program did; the program's clock does not move by them. */
export function tellsNothing({ type }: HistoryEvent): boolean {
  return type === 'TimerStarted' || type === 'Patched' || type === 'AttributesSet' || type === 'UpdateCompleted' || type === 'UpdateFailed'
}
