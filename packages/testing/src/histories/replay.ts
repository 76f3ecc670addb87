import type { WorkflowEntry } from '@baton/runtime'
import { type HistoryEvent, HistoryMismatch, installGuard } from '@baton/runtime/core'
import type { WorkflowClass } from '@baton/sdk'
import { registeredOf } from '../scenario/registered-of.ts'
import { revive } from '../scenario/revive.ts'
import { type HistorySource, readHistory } from './exported-history.ts'

/** Where the code of today stands at the end of a history. */
export interface Replayed {
  /** Whether `run` has returned or thrown. */
  readonly ended: boolean
  /** The commands it waits for, oldest first: `charge`, `sleep#2`. */
  readonly open: readonly string[]
}

/**
 * Replays a history with the code of today, each of its runs as a worker would that takes the execution over. No step runs.
 *
 * @throws HistoryMismatch with what the history has and what the code waits for instead; NonDeterministic
 * if it did what a replay cannot repeat; TestingError `InvalidInput` if it is no history; UnknownEvent; DefinitionError;
 * RegistrationFailed.
 * @example
 * test.each(histories)('%s replays', async (file) => {
 *   await replay(readFileSync(file, 'utf8'), OrderWorkflow)
 * })
 */
export async function replay(history: HistorySource, workflow: WorkflowClass | WorkflowEntry): Promise<Replayed> {
  const registered = registeredOf(workflow)
  const { workflow: recorded, id, events } = readHistory(history)
  const { name } = registered.definition
  if (recorded !== name) {
    // A worker looks for the recorded name: a workflow that was renamed leaves its executions behind.
    throw new HistoryMismatch({ seq: 1, expected: `the start of workflow '${recorded}'`, actual: [`workflow '${name}'`] })
  }
  using _guard = installGuard()
  const runs = runsOf(events)
  let ended = false
  let open: readonly string[] = []
  for (const [i, run] of runs.entries()) {
    const { execution } = await revive(registered, run, id)
    const { completion } = execution
    ended = completion !== undefined
    open = ended ? [] : execution.openCommands()
    if (i < runs.length - 1 && !(completion && 'start' in completion)) {
      throw new HistoryMismatch({ seq: run.length, expected: 'ContinuedAsNew', actual: ended ? ['nothing: it has ended'] : open })
    }
  }
  return { ended, open }
}

/** Each run begins with an event of its own. */
export function runsOf(events: readonly HistoryEvent[]): readonly (readonly HistoryEvent[])[] {
  const starts = events.flatMap(({ type }, i) => (i === 0 || type === 'ContinuedAsNew' ? [i] : []))
  return starts.map((start, i) => events.slice(start, starts[i + 1]))
}
