import type { UpdateOutcome } from '../core/mailbox.ts'
import type { Question } from '../dispatch/message.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { readRuns } from '../log/read-history.ts'
import { toFailure } from '../payload/failure.ts'
import { answerQuery } from './answer-query.ts'
import type { Log } from './log.ts'
import type { Registered } from './registry.ts'
import { reviveOne } from './revive.ts'

/** The answer of an execution as its log says it is; nothing of it is performed. */
export async function answerFromLog(
  id: string, workflow: Registered, question: Question, { database, names, log }: { readonly database: Database; readonly names: Names; readonly log: Log },
): Promise<UpdateOutcome> {
  const rows = (await readRuns(database.pool, names, [id])).get(id) ?? []
  try {
    const { execution } = await reviveOne(id, workflow, await database.border.openRows(rows, 'payload'), log)
    return answerQuery(execution, question, workflow.maxPayloadBytes)
  } catch (error) {
    return { failure: toFailure(error), rejected: true }
  }
}
