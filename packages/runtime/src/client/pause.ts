import { pauseMessage } from '../dispatch/message.ts'
import { lockAddressees, post } from '../dispatch/post.ts'
import { isEnded } from '../log/tables.ts'
import { transaction } from '../log/transaction.ts'
import { ExecutionEnded, ExecutionNotFound } from './client-errors.ts'
import type { Connection } from './connection.ts'

/**
 * Sets an execution aside until it is resumed. Its owner is told, and lets running steps end first; one without an owner is set
 * aside here: nobody can claim it while we hold its row. False if it is paused already.
 *
 * @throws ExecutionNotFound, ExecutionEnded.
 */
export async function pause({ database, dispatcher, names }: Connection, execution: string): Promise<boolean> {
  return transaction(database.pool, async (execute) => {
    const addressees = await lockAddressees(execute, names, [execution])
    const addressee = addressees.get(execution)
    if (!addressee) throw new ExecutionNotFound(execution)
    if (isEnded(addressee.status)) throw new ExecutionEnded(execution, addressee.status)
    if (addressee.status === 'paused') return false
    if (addressee.owner === null) await execute(`update ${names.schema}.executions set status = 'paused' where id = $1`, [execution])
    else await post(execute, dispatcher, names, addressees, [pauseMessage(execution)])
    return true
  })
}
