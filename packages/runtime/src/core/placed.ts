import type { HistoryEvent } from './history-event.ts'

/** The event in the log of the code that caused it. */
export function placed(event: HistoryEvent, { lane }: { readonly lane: string | undefined }): HistoryEvent {
  return lane === undefined ? event : { ...event, lane }
}
