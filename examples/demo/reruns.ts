import type { HistoryRecord } from '@baton/runtime'
import type { Body } from './body.ts'

/**
 * Step bodies that began after the outcome of their command was in the log (G2 says: none).
 *
 * An event's time is when the transaction that wrote it began. A body that led to the outcome began before that; one that began
 * later ran a recorded step again. `offset` is how far the database's clock is ahead of this machine's, in ms.
 */
export function rerunsOfRecordedSteps(
  bodies: readonly Body[],
  histories: ReadonlyMap<string, readonly HistoryRecord[]>,
  offset: number,
): readonly Body[] {
  const recorded = new Map<string, number>()
  for (const [execution, history] of histories) {
    for (const { type, command, at } of history) {
      if (type === 'StepCompleted' || type === 'StepFailed') recorded.set(JSON.stringify([execution, command]), at.getTime() - offset)
    }
  }
  return bodies.filter(({ execution, command, at }) => at > (recorded.get(JSON.stringify([execution, command])) ?? Infinity))
}

/** Bodies of an attempt that had begun before: what at-least-once costs when a process dies before the outcome is recorded. */
export function repeatedBodies(bodies: readonly Body[]): number {
  return bodies.length - new Set(bodies.map(({ execution, command, attempt }) => JSON.stringify([execution, command, attempt]))).size
}
