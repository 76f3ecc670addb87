import { Actor, type HistoryEvent, macrotask, type Registered, replay, settingOf } from '@baton/runtime/core'

/**
 * The execution that a history describes, with the code of today.
 *
 * @throws HistoryMismatch.
 */
export async function revive(workflow: Registered, events: readonly HistoryEvent[]): Promise<Actor> {
  const execution = await replay(workflow.program, events, macrotask, settingOf('replayed', workflow))
  return new Actor('replayed', workflow, execution, events.length)
}
