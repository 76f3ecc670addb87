import { encode } from '../payload/codec.ts'
import { toFailure } from '../payload/failure.ts'
import type { HistoryEvent } from './history-event.ts'
import type { OpenIteration } from './open.ts'

/** How an iteration ended, as the log of its forEach keeps it. */
export function iterationEvent(
  { id, undo = [] }: OpenIteration, ended: NonNullable<OpenIteration['ended']>, maxPayloadBytes: number | undefined,
): HistoryEvent {
  const more = undo.length > 0 ? { undo } : {}
  if ('error' in ended) return { type: 'IterationFailed', command: id, failure: toFailure(ended.error), ...more }
  try {
    return { type: 'IterationCompleted', command: id, output: encode(`The result of '${id}'`, ended.output, maxPayloadBytes), ...more }
  } catch (error) {
    return { type: 'IterationFailed', command: id, failure: toFailure(error), ...more }
  }
}
