// What an execution hears of an errand: a function of what was found.
import { ApplicationError, BatonError, MessageNotDelivered } from '@baton/sdk'
import type { ChildCommand, MessageCommand } from '../core/command.ts'
import type { Input } from '../core/input.ts'
import type { StartInfo } from '../core/start-info.ts'
import { type ExecutionStatus, isEnded } from '../log/tables.ts'
import { toFailure } from '../payload/failure.ts'

/** Of the start of a child: `owner` is whose child the execution of this id is, `known` whether anybody runs such workflows. */
export function childAnswer(parent: string, { id: command, execution, workflow }: ChildCommand, known: boolean, owner: StartInfo['parent']): Input {
  const refuse = (error: BatonError): Input => ({ kind: 'child-refused', command, failure: toFailure(error) })
  if (!known) return refuse(new ApplicationError(`No worker has registered a workflow '${workflow}'.`, { type: 'UnknownWorkflow' }))
  if (owner?.execution === parent && owner.command === command) return { kind: 'child-started', command, execution }
  return refuse(new BatonError('ExecutionIdReused', `Execution '${execution}' exists already and is no child of this command. Give the child another id.`))
}

/** Of a message: `status` is how its addressee stands, if there is one. */
export function messageAnswer({ id: command, execution }: MessageCommand, status: ExecutionStatus | undefined): Input {
  if (status !== undefined && !isEnded(status)) return { kind: 'delivered', command }
  const why = status === undefined ? 'there is none of this id' : `it has ended (${status})`
  return { kind: 'undelivered', command, failure: toFailure(new MessageNotDelivered(execution, why)) }
}
