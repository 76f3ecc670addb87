import { Actor, type HistoryEvent, macrotask, type Registered, replay, settingOf } from '@baton/runtime/core'

/**
 * The execution that a history describes, with the code of today. What it draws it draws by its id.
 *
 * @throws HistoryMismatch.
 */
export async function revive(workflow: Registered, events: readonly HistoryEvent[], id = 'replayed'): Promise<Actor> {
  const execution = await replay(workflow.program, events, macrotask, settingOf(id, workflow))
  return new Actor(id, workflow, execution, events.length)
}
