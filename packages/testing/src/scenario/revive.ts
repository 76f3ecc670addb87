import { Actor, type HistoryEvent, inWorkflow, macrotask, type Registered, replay } from '@baton/runtime/core'

/**
 * The execution that a history describes, with the code of today.
 *
 * @throws HistoryMismatch.
 */
export async function revive(workflow: Registered, events: readonly HistoryEvent[]): Promise<Actor> {
  const execution = await replay(workflow.program, events, macrotask, (scope, act) =>
    inWorkflow({ sleep: (ms) => scope.sleep(ms) }, act, 'replayed'))
  return new Actor('replayed', workflow, execution, events.length)
}
