import type { UpdateOutcome } from '../core/mailbox.ts'
import type { Question } from '../dispatch/message.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { toFailure } from '../payload/failure.ts'
import { answerQuery } from './answer-query.ts'
import type { Log } from './log.ts'
import type { Registered } from './registry.ts'
import { reviveAll } from './revive.ts'

/** The answer of an execution as its log says it is; nothing of it is performed. */
export async function answerFromLog(
  id: string, workflow: Registered, question: Question, { database, names, log }: { readonly database: Database; readonly names: Names; readonly log: Log },
): Promise<UpdateOutcome> {
  const revived = (await reviveAll(database, names, [{ id, workflow, priority: 0 }], log)).get(id)
  try {
    if (!revived || 'error' in revived) throw revived?.error
    return answerQuery(revived.actor.execution, question, workflow.maxPayloadBytes)
  } catch (error) {
    return { failure: toFailure(error), rejected: true }
  }
}
