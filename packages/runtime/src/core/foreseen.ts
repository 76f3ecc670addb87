import type { HistoryEvent } from './history-event.ts'

/** What a log has somewhere that the program must know before it comes to it. */
export interface Foreseen {
  /** Patches that it bears the mark of. */
  readonly patches: readonly string[]
  /** Iterations that have ended: their bodies are not run. */
  readonly iterations: readonly string[]
}

export function foreseen(events: readonly HistoryEvent[]): Foreseen {
  const patches: string[] = []
  const iterations: string[] = []
  for (const event of events) {
    if (event.type === 'Patched') patches.push(event.id)
    else if (event.type === 'IterationCompleted' || event.type === 'IterationFailed') iterations.push(event.command)
  }
  return { patches, iterations }
}
