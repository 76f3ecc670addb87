// Updates and queries: messages with an answer.
import { randomUUID } from 'node:crypto'
import { fromRow } from '../core/event-row.ts'
import type { UpdateOutcome } from '../core/mailbox.ts'
import { answerKey, callMessage } from '../dispatch/message.ts'
import { lockAddressees, type NewMessage, post } from '../dispatch/post.ts'
import { sealMessages } from '../dispatch/seal-messages.ts'
import { send, QUERY_COMMAND } from '../dispatch/tasks.ts'
import { withReconnect } from '../log/reconnect.ts'
import { isEnded } from '../log/tables.ts'
import { type Execute, transaction } from '../log/transaction.ts'
import { decode, type Encoded } from '../payload/codec.ts'
import { fromFailure } from '../payload/failure.ts'
import { ClientClosed, ExecutionEnded, ExecutionNotFound, NotAnswered, QueryFailed, UpdateFailed, UpdateRejected } from './client-errors.ts'
import type { Connection } from './connection.ts'

/** A query that nobody has answered by then is asked again. */
const ASK_AGAIN_MS = 4_000

/** An update as it is sent. */
export interface UpdateCall {
  readonly id: string
  readonly name: string
  readonly args: Encoded
}

/**
 * Asks an execution, first by `send`, and returns the answer; sent again, under the same id, should the first be lost with its
 * worker. One that an ended execution has answered under its id before has that answer.
 *
 * @throws UpdateRejected, UpdateFailed, ExecutionNotFound, ExecutionEnded, ClientClosed; what `send` throws.
 */
export async function update(
  connection: Connection, execution: string, call: UpdateCall, send: () => Promise<unknown> = () => resend(connection, execution, call),
): Promise<unknown> {
  await connection.answers.listen()
  try {
    await send()
    return settle(execution, call.name, await answered(connection, execution, call))
  } catch (error) {
    const outcome = error instanceof ExecutionEnded ? await recorded(connection, execution, call.id) : undefined
    if (!outcome) throw error
    return settle(execution, call.name, outcome)
  }
}

function resend({ post: messages }: Connection, execution: string, { name, id, args }: UpdateCall): Promise<void> {
  return messages.send(callMessage(execution, 'update', name, { id, args }))
}

async function answered(connection: Connection, execution: string, call: UpdateCall): Promise<UpdateOutcome> {
  const { answers } = connection
  const { id } = call
  for (;;) {
    const outcome = (await answers.wait(answerKey(execution, id))) ?? (answers.closed ? undefined : await recorded(connection, execution, id))
    if (outcome) return outcome
    if (answers.closed) throw new ClientClosed(execution)
    if (!(await isUnderWay(connection, execution, id))) await resend(connection, execution, call)
  }
}

function settle(execution: string, name: string, outcome: UpdateOutcome): unknown {
  if ('output' in outcome) return decode(outcome.output)
  const cause = fromFailure(outcome.failure)
  throw outcome.rejected ? new UpdateRejected(execution, name, cause) : new UpdateFailed(execution, name, cause)
}

/** The outcome as the log has it. */
async function recorded({ database, names }: Connection, execution: string, id: string): Promise<UpdateOutcome | undefined> {
  const { rows } = await withReconnect(() => database.pool.query<{ type: string; command: string; payload: string | null; meta: string | null }>({
    name: 'read-update',
    text: `select type, command, payload, meta from ${names.schema}.events
      where execution_id = $1 and type in ('UpdateCompleted', 'UpdateFailed') and command = $2`,
    values: [execution, id],
  }))
  const [row] = await database.border.openRows(rows, 'payload')
  const event = row && fromRow(row)
  if (event?.type === 'UpdateCompleted') return { output: event.output }
  return event?.type === 'UpdateFailed' ? { failure: event.failure } : undefined
}

/** Whether an update waits in the inbox or was accepted; if neither, it was rejected or lost, and may be sent again. */
async function isUnderWay({ database, names: { schema } }: Connection, execution: string, id: string): Promise<boolean> {
  const { rows } = await withReconnect(() => database.pool.query<{ waits: boolean; accepted: boolean; status: string }>({
    name: 'update-under-way',
    text: `select exists (select from ${schema}.inbox i where i.execution_id = x.id and i.kind = 'update' and i.payload->>'id' = $2) as waits,
        exists (select from ${schema}.events e where e.execution_id = x.id and e.type = 'UpdateAccepted' and e.command = $2) as accepted, x.status
      from ${schema}.executions x where x.id = $1`,
    values: [execution, id],
  }))
  const [row] = rows
  if (!row) throw new ExecutionNotFound(execution)
  if (isEnded(row.status)) throw new ExecutionEnded(execution, row.status)
  return row.waits || row.accepted
}

/**
 * The answer to a query: by its owner, or, if it has none, by any worker of its queue from its log.
 *
 * @throws QueryFailed, NotAnswered, ExecutionNotFound, ClientClosed.
 */
export async function query(connection: Connection, execution: string, name: string, args: Encoded, timeoutMs: number): Promise<unknown> {
  const { answers, database } = connection
  await answers.listen()
  const until = performance.now() + timeoutMs
  const id = randomUUID()
  const [message] = await sealMessages(database.border, [callMessage(execution, 'query', name, { id, args })])
  const [sealed = null] = await database.border.seal([args])
  for (let asked = Number.NEGATIVE_INFINITY; ;) {
    if (performance.now() - asked >= ASK_AGAIN_MS) {
      asked = performance.now()
      await withReconnect(() => transaction(database.pool, (execute) => ask(connection, execute, { execution, name, id, args: sealed, message })))
    }
    const outcome = await answers.wait(answerKey(execution, id), Math.max(1, until - performance.now()))
    if (outcome && 'output' in outcome) return decode(outcome.output)
    if (outcome) throw new QueryFailed(execution, name, fromFailure(outcome.failure))
    if (answers.closed) throw new ClientClosed(execution)
    if (performance.now() >= until) throw new NotAnswered(execution, name, timeoutMs)
  }
}

/** A query as it goes to the owner, or to any worker; sealed. */
interface Question {
  readonly id: string
  readonly execution: string
  readonly name: string
  readonly args: Encoded
  readonly message: NewMessage | undefined
}

async function ask({ dispatcher, names }: Connection, execute: Execute, { id, execution, name, args, message }: Question): Promise<void> {
  const addressees = await lockAddressees(execute, names, [execution])
  const addressee = addressees.get(execution)
  if (!addressee) throw new ExecutionNotFound(execution)
  if (addressee.owner !== null && !isEnded(addressee.status)) {
    await post(execute, dispatcher, names, addressees, message ? [message] : [])
    return
  }
  const { rows } = await execute(`select workflow, version from ${names.schema}.executions where id = $1`, [execution])
  const [row] = rows as { workflow: string; version: string }[]
  await send(dispatcher, names, execute, [{
    kind: 'task', id, queue: addressee.queue, execution, command: QUERY_COMMAND, priority: addressee.priority,
    data: { workflow: row?.workflow ?? '', version: row?.version, step: name, attempt: 1, args },
  }])
}
