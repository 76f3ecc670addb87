import { BatonError } from '@baton/sdk'
import { fromRow, toRow } from '../core/event-row.ts'
import type { HistoryEvent } from '../core/history-event.ts'
import { lockAddressees } from '../dispatch/post.ts'
import { dropTasks } from '../dispatch/tasks.ts'
import { isEnded } from '../log/tables.ts'
import { type Execute, transaction } from '../log/transaction.ts'
import { encode, type Encoded } from '../payload/codec.ts'
import { ExecutionNotFound } from './client-errors.ts'
import type { Connection } from './connection.ts'
import { resolveWorkflow } from './resolve-workflow.ts'

/** An execution that has not ended cannot be restarted. */
export class NotEnded extends BatonError {
  static override readonly kind = 'NotEnded'

  constructor(id: string, status: string) {
    super('NotEnded', `Execution '${id}' is ${status}; only one that has ended can be restarted. Stop or kill it first.`)
  }
}

/**
 * Begins another run of an execution that has ended, from the beginning; its earlier runs stay in its history.
 *
 * @throws ExecutionNotFound, NotEnded.
 */
export async function restart(connection: Connection, execution: string, options: { readonly input: unknown } | undefined): Promise<void> {
  const { database, dispatcher, names } = connection
  const { schema } = names
  const input = options && { encoded: await checked(connection, execution, options.input) }
  await transaction(database.pool, async (execute) => {
    const addressee = (await lockAddressees(execute, names, [execution])).get(execution)
    if (!addressee) throw new ExecutionNotFound(execution)
    if (!isEnded(addressee.status)) throw new NotEnded(execution, addressee.status)
    const before = await firstOfRun(connection, execute, execution)
    const event = nextRun(before, input ? input.encoded : before.input)
    const { type, payload, meta } = toRow(event)
    const [sealed] = await database.border.seal([payload])
    await execute(
      `with last as (select max(seq) + 1 as seq from ${schema}.events where execution_id = $1),
        logged as (insert into ${schema}.events (execution_id, seq, type, payload, meta) select $1, seq, $2::${schema}.event_type, $3::json, $4::json from last)
        update ${schema}.executions set run_seq = last.seq, status = 'running', ended_at = null, wake_at = now(), takeovers = 0, deaths = null
        from last where id = $1`,
      [execution, type, sealed, meta],
    )
    // What is left of the run that has ended is nobody's.
    await execute(`delete from ${schema}.inbox where execution_id = $1`, [execution])
    await dropTasks(execute, names, execution)
    await dispatcher.enqueue(execute, [{ kind: 'execution', queue: addressee.queue, execution, priority: addressee.priority }])
  })
}

/** @throws ExecutionNotFound, InvalidInput, PayloadNotSerializable, PayloadTooLarge. */
async function checked({ database, names }: Connection, execution: string, input: unknown): Promise<Encoded> {
  const row = await database.db.selectFrom('executions').select('workflow').where('id', '=', execution).executeTakeFirst()
  if (!row) throw new ExecutionNotFound(execution)
  const { parse } = await resolveWorkflow(database, names, row.workflow)
  return encode(`The input of execution '${execution}'`, parse(input), database.border.maxBytes)
}

type Begin = Extract<HistoryEvent, { type: 'ExecutionStarted' | 'ContinuedAsNew' }>

/** A restart begins with what the first run began with, not with what the last was handed. */
async function firstOfRun({ database, names: { schema } }: Connection, execute: Execute, execution: string): Promise<Begin & { readonly runs: number }> {
  const { rows } = await execute(
    `select type, command, payload, meta, (select count(*)::int from ${schema}.events where execution_id = $1 and type = 'ContinuedAsNew') + 1 as runs
     from ${schema}.events where execution_id = $1 and seq = 1`,
    [execution],
  )
  const [row] = await database.border.openRows(rows as { type: string; command: null; payload: Encoded; meta: string | null; runs: number }[], 'payload')
  const event = row && fromRow(row)
  if (event?.type !== 'ExecutionStarted') throw new ExecutionNotFound(execution)
  return { ...event, runs: row?.runs ?? 1 }
}

/** Whose child it was has heard of its end; the time of the whole begins anew. */
function nextRun({ start = {}, runs }: Begin & { readonly runs: number }, input: Encoded): HistoryEvent {
  const { parent: _, since: __, seen: ___, ...rest } = start
  return { type: 'ContinuedAsNew', input, start: { ...rest, run: runs + 1 } }
}
