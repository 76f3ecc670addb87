import { transaction } from '../log/transaction.ts'
import { ExecutionNotFound } from './client-errors.ts'
import type { Connection } from './connection.ts'

/**
 * Lets a blocked execution be tried again, as if nothing had been tried yet; false if it is not blocked.
 *
 * @throws ExecutionNotFound.
 */
export async function resume({ database, dispatcher, names: { schema } }: Connection, execution: string): Promise<boolean> {
  return transaction(database.pool, async (execute) => {
    const { rows } = await execute(
      `with known as (select status, queue, priority from ${schema}.executions where id = $1 for update),
        freed as (
          update ${schema}.executions set status = 'running', blocked = null, takeovers = 0, deaths = null, wake_at = now()
          where id = $1 and (select status from known) = 'blocked')
        select status, queue, priority from known`,
      [execution],
    )
    const [known] = rows as { status: string; queue: string; priority: number }[]
    if (!known) throw new ExecutionNotFound(execution)
    if (known.status !== 'blocked') return false
    await dispatcher.enqueue(execute, [{ kind: 'execution', queue: known.queue, execution, priority: known.priority }])
    return true
  })
}
