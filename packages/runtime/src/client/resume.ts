import type { Job } from '../dispatch/job.ts'
import { transaction } from '../log/transaction.ts'
import { ExecutionNotFound } from './client-errors.ts'
import type { Connection } from './connection.ts'

/**
 * Lets a paused execution go on, or a blocked one be tried again as if nothing had been tried yet; false if it is neither.
 *
 * @throws ExecutionNotFound.
 */
export async function resume({ database, dispatcher, names: { schema } }: Connection, execution: string): Promise<boolean> {
  return transaction(database.pool, async (execute) => {
    const { rows } = await execute(
      `with known as (select status, queue, priority from ${schema}.executions where id = $1 for update),
        freed as (
          update ${schema}.executions set status = 'running', blocked = null, takeovers = 0, deaths = null, wake_at = now()
          where id = $1 and (select status from known) in ('blocked', 'paused')),
        -- A pause that nobody has come to is taken back.
        forgotten as (delete from ${schema}.inbox where execution_id = $1 and kind = 'pause' returning 1)
        select status, queue, priority, exists (select from forgotten) as asked from known`,
      [execution],
    )
    const [known] = rows as { status: string; queue: string; priority: number; asked: boolean }[]
    if (!known) throw new ExecutionNotFound(execution)
    if (known.status !== 'blocked' && known.status !== 'paused') return known.asked
    const { rows: tasks } = await execute(`select id::text as id, queue from ${schema}.tasks where execution_id = $1 and worker is null`, [execution])
    await dispatcher.enqueue(execute, [
      { kind: 'execution', queue: known.queue, execution, priority: known.priority },
      // Their jobs were dropped while nobody wanted them.
      ...(tasks as { id: string; queue: string }[]).map(({ id, queue }): Job => ({ kind: 'step', id, queue, priority: known.priority })),
    ])
    return true
  })
}
