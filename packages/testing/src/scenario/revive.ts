import { Actor, ActorSetting, type HistoryEvent, macrotask, type Registered, replay } from '@baton/runtime/core'

/**
 * The execution that a history describes, with the code of today. What it draws it draws by its id.
 *
 * @throws HistoryMismatch.
 */
export async function revive(workflow: Registered, events: readonly HistoryEvent[], id = 'replayed'): Promise<Actor> {
  const execution = await replay(workflow.program, events, macrotask, new ActorSetting(id, workflow))
  const lanes = new Map<string, number>()
  for (const { lane } of events) if (lane !== undefined) lanes.set(lane, (lanes.get(lane) ?? 0) + 1)
  return new Actor(id, workflow, execution, { seq: events.filter(({ lane }) => lane === undefined).length, lanes })
}
