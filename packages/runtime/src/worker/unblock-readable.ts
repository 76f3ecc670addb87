import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { executeIn } from '../dispatch/execute-in.ts'
import type { Job } from '../dispatch/job.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { readRuns } from '../log/read-history.ts'
import type { PayloadBorder } from '../payload/payload-border.ts'
import { PayloadUnreadable } from '../payload/payload-errors.ts'
import type { Encoded } from '../payload/codec.ts'

export interface UnblockReadableOptions {
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly names: Names
  readonly workflow: string
}

/** How many are looked at in one go: their whole histories are read. */
const MAX_TRIED = 100

/**
 * Lets executions go on that are blocked because a worker could not read their payloads, where this one can.
 *
 * They are read first: to set them running in the hope of it would let workers without the key block them in a circle. They are
 * drawn by lot, so that those that nobody can read are no hindrance to the others.
 */
export async function unblockReadable({ database, dispatcher, names, workflow }: UnblockReadableOptions): Promise<number> {
  const { pool, db, border } = database
  const { rows } = await pool.query<{ id: string }>(
    `select id from ${names.schema}.executions
      where status = 'blocked' and workflow = $1 and blocked->>'code' = 'PayloadUnreadable' order by random() limit ${MAX_TRIED}`,
    [workflow],
  )
  if (rows.length === 0) return 0
  const ids = rows.map(({ id }) => id)
  const inboxes = await db.selectFrom('inbox').select(['execution_id', 'payload']).where('execution_id', 'in', ids).execute()
  const readable: string[] = []
  for (const [id, run] of await readRuns(pool, names, ids)) {
    const waiting = inboxes.filter((row) => row.execution_id === id)
    if (await canOpen(border, [...run, ...waiting].map(({ payload }) => payload))) readable.push(id)
  }
  if (readable.length === 0) return 0
  return db.transaction().execute(async (trx) => {
    const freed = await trx
      .updateTable('executions')
      .set({ status: 'running', blocked: null })
      .where('id', 'in', readable)
      .where('status', '=', 'blocked')
      .returning(['id', 'queue', 'priority'])
      .execute()
    await dispatcher.enqueue(executeIn(trx), freed.map(({ id, queue, priority }): Job => ({ kind: 'execution', queue, execution: id, priority })))
    return freed.length
  })
}

async function canOpen(border: PayloadBorder, payloads: readonly Encoded[]): Promise<boolean> {
  try {
    await border.open(payloads)
    return true
  } catch (error) {
    if (error instanceof PayloadUnreadable) return false
    throw error
  }
}
