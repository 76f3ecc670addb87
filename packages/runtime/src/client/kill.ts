import { toRow } from '../core/event-row.ts'
import { completionEvent } from '../core/completion.ts'
import { StartInfo } from '../core/start-info.ts'
import { childMessage, stopMessage } from '../dispatch/message.ts'
import { lockAddressees, type NewMessage, post, send } from '../dispatch/post.ts'
import { sealMessages } from '../dispatch/seal-messages.ts'
import { dropTasks } from '../dispatch/tasks.ts'
import { ENDED, isEnded } from '../log/tables.ts'
import { type Execute, transaction } from '../log/transaction.ts'
import { ExecutionEnded, ExecutionNotFound } from './client-errors.ts'
import type { Connection } from './connection.ts'

/**
 * Ends an execution at once. Its owner is told; one without an owner is ended here: nobody can append to it while we hold its row.
 *
 * @throws ExecutionNotFound, ExecutionEnded.
 */
export async function kill(connection: Connection, execution: string, reason: string): Promise<void> {
  const { database, dispatcher, names } = connection
  await transaction(database.pool, async (execute) => {
    const addressees = await lockAddressees(execute, names, [execution])
    const addressee = addressees.get(execution)
    if (!addressee) throw new ExecutionNotFound(execution)
    if (isEnded(addressee.status)) throw new ExecutionEnded(execution, addressee.status)
    if (addressee.owner === null) await end(connection, execute, execution, reason)
    else await post(execute, dispatcher, names, addressees, await sealMessages(database.border, [stopMessage(execution, 'kill', reason)]))
  })
}

async function end({ database, dispatcher, names }: Connection, execute: Execute, execution: string, reason: string): Promise<void> {
  const { schema } = names
  const event = completionEvent({ killed: reason }, '')
  const { type, payload } = toRow(event)
  const [sealed] = await database.border.seal([payload])
  await execute(
    `insert into ${schema}.events (execution_id, seq, type, payload)
     select $1, max(seq) + 1, $2::${schema}.event_type, $3::json from ${schema}.events where execution_id = $1`,
    [execution, type, sealed],
  )
  const { rows } = await execute(
    `update ${schema}.executions set status = 'killed', ended_at = now(), wake_at = null, blocked = null where id = $1 returning awaited`,
    [execution],
  )
  const [row] = rows as { awaited: boolean }[]
  await execute(`delete from ${schema}.lanes where execution_id = $1`, [execution])
  await dropTasks(execute, names, execution)
  await send(execute, dispatcher, names, await sealMessages(database.border, await farewells(execute, schema, execution, event)))
  if (row?.awaited) await execute(`select pg_notify('${names.ended}', $1)`, [execution])
}

/** Its parent hears how it ended, its children what their policies say. */
async function farewells(execute: Execute, schema: string, execution: string, event: ReturnType<typeof completionEvent>): Promise<readonly NewMessage[]> {
  const { rows } = await execute(
    `select execution_id as id, meta::text as meta from ${schema}.events where seq = 1 and meta is not null and (execution_id = $1
       or execution_id in (select id from ${schema}.executions where parent = $1 and status not in ${ENDED}))`,
    [execution],
  )
  const messages: NewMessage[] = []
  for (const { id, meta } of rows as { id: string; meta: string }[]) {
    const { parent } = StartInfo.parse(JSON.parse(meta))
    if (!parent) continue
    if (id === execution && 'failure' in event) messages.push(childMessage(parent.execution, parent.command, { failure: event.failure }))
    if (id !== execution && parent.policy !== 'abandon') messages.push(stopMessage(id, parent.policy ?? 'stop', `its parent '${execution}' was killed`))
  }
  return messages
}
