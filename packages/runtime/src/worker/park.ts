import { sql } from 'kysely'
import type { Waits } from '../core/open-commands.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { executeIn } from '../dispatch/execute-in.ts'
import type { Database } from '../log/database.ts'
import type { Faults } from '../log/fault-points.ts'

export interface ParkOptions {
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly worker: number
  readonly execution: string
  readonly queue: string
  /** When it has something to do again, ms of the database's clock; undefined: when something comes in. */
  readonly wakeAt: number | undefined
  /** What it waits for, for those who ask meanwhile. */
  readonly waits: readonly Waits[]
  /** The message that asked for it to be set aside until it is resumed, whatever comes in meanwhile. */
  readonly pause?: string | undefined
  readonly faults: Faults
}

/**
 * Gives up an execution that has nothing to do: no owner, only a row and, where it has a deadline, a job for that time.
 * False if something has come in meanwhile, or it is not ours.
 *
 * The row is locked before the inbox is read: a sender holds a lock on it too, so either we see its message or it sees that
 * there is no owner and enqueues a job.
 */
export async function park({ database, dispatcher, worker, execution, queue, wakeAt, waits, pause, faults }: ParkOptions): Promise<boolean> {
  await faults('park:before')
  const parked = await database.db.transaction().execute(async (trx) => {
    const live = await trx.selectFrom('workers').select('id').where('id', '=', worker).where('fenced', '=', false).forShare().executeTakeFirst()
    const row = await trx.selectFrom('executions').select('priority').where('id', '=', execution).where('owner', '=', worker).forUpdate().executeTakeFirst()
    if (!live || !row) return false
    const { rows } = await sql<{ full: boolean }>`
      select exists (select from ${database.table('inbox')} where execution_id = ${execution}) as full`.execute(trx)
    if (pause !== undefined) {
      const asked = await trx.deleteFrom('inbox').where('id', '=', pause).returning('id').executeTakeFirst()
      if (!asked) return false // it was taken back
      await trx.updateTable('executions').set({ owner: null, status: 'paused', takeovers: 0, deaths: null, waits: JSON.stringify(waits) }).where('id', '=', execution).execute()
      return true
    }
    if (rows[0]?.full) return false
    const wake = wakeAt === undefined ? null : new Date(Math.ceil(wakeAt))
    await trx.updateTable('executions').set({ owner: null, wake_at: wake ?? sql<Date>`'infinity'`, takeovers: 0, deaths: null, waits: JSON.stringify(waits) }).where('id', '=', execution).execute()
    if (wake) await dispatcher.enqueue(executeIn(trx), [{ kind: 'execution', queue, execution, priority: row.priority, after: wake }])
    return true
  })
  await faults('park:after')
  return parked
}
