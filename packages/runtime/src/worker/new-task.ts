import type { StepCommand } from '../core/command.ts'
import { stepJobId } from '../dispatch/job.ts'
import type { NewTask } from '../dispatch/tasks.ts'
import type { Actor } from './actor.ts'

type TaskCommand = Pick<StepCommand, 'id' | 'step' | 'attempt' | 'args' | 'details'>

/** A step as it is sent to its queue. */
export function newTask(actor: Actor, { id, step, attempt, args, details }: TaskCommand): NewTask {
  return {
    kind: 'task',
    id: stepJobId(actor.id, id, attempt),
    queue: step.queue,
    execution: actor.id,
    command: id,
    priority: actor.priority + step.priority,
    data: { workflow: actor.workflow.definition.name, version: actor.workflow.definition.version, step: step.name, attempt, args, ...(details === undefined ? {} : { details }) },
  }
}
