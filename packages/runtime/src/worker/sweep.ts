import { sql } from 'kysely'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { executeIn } from '../dispatch/execute-in.ts'
import { type Job, sweepJobId } from '../dispatch/job.ts'
import { QUERY_COMMAND } from '../dispatch/tasks.ts'
import type { Database } from '../log/database.ts'
import { ENDED } from '../log/tables.ts'

const LIMIT = 1_000

/**
 * What nobody came for and what nobody wants any more: jobs that were lost get a successor, leftovers of ended executions
 * and of dead workers go. The tables are the truth, a job is a hint; one that comes twice does nothing.
 */
export async function sweep(database: Database, dispatcher: Dispatcher, queues: readonly string[]): Promise<void> {
  const { executions, tasks } = await lost(database, queues)
  if (executions) await resendExecutions(database, dispatcher, queues)
  if (tasks) await resendTasks(database, dispatcher, queues)
  await forgetLeftovers(database)
}

/** Whether there is anything that nobody came for; most of the time there is not. */
async function lost({ db, table }: Database, queues: readonly string[]): Promise<{ readonly executions: boolean; readonly tasks: boolean }> {
  const { rows } = await sql<{ executions: boolean; tasks: boolean }>`select
      exists (select from ${table('executions')} where owner is null and status in ('pending', 'running')
        and coalesce(wake_at, created_at) < now() - interval '10 s' and queue = any(${queues})) as executions,
      exists (select from ${table('tasks')} where worker is null and at < now() - interval '10 s' and queue = any(${queues})) as tasks`.execute(db)
  return rows[0] ?? { executions: false, tasks: false }
}

async function resendExecutions({ db }: Database, dispatcher: Dispatcher, queues: readonly string[]): Promise<void> {
  const due = sql<Date>`coalesce(wake_at, created_at)`
  await db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('executions')
      .select(['id', 'queue', 'priority'])
      .where('owner', 'is', null)
      .where('status', 'in', ['pending', 'running'])
      .where(due, '<', sql<Date>`now() - interval '10 s'`)
      .where('queue', 'in', queues)
      .orderBy(due)
      .limit(LIMIT)
      .execute()
    const jobs = rows.map(({ id, queue, priority }): Job => ({ kind: 'execution', queue, execution: id, priority, id: sweepJobId(id) }))
    await dispatcher.enqueue(executeIn(trx), jobs)
  })
}

async function resendTasks({ db }: Database, dispatcher: Dispatcher, queues: readonly string[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('tasks')
      .select(['id', 'queue', 'priority'])
      .where('worker', 'is', null)
      .where('at', '<', sql<Date>`now() - interval '10 s'`)
      .where('queue', 'in', queues)
      .limit(LIMIT)
      .execute()
    await dispatcher.enqueue(executeIn(trx), rows.map(({ id, queue, priority }): Job => ({ kind: 'step', queue, id, priority })))
  })
}

async function forgetLeftovers({ db, table }: Database): Promise<void> {
  const ended = sql`e.status in ${sql.raw(ENDED)}`
  await sql`with messages as (
      delete from ${table('inbox')} i using ${table('executions')} e where e.id = i.execution_id and ${ended}
    ), steps as (
      delete from ${table('tasks')} t where case when t.command = ${QUERY_COMMAND} then t.at < now() - interval '1 minute'
        else exists (select from ${table('executions')} e where e.id = t.execution_id and ${ended}) end
    ), reports as (
      delete from ${table('heartbeats')} h using ${table('executions')} e where e.id = h.execution_id and ${ended}
    ), told as (
      delete from ${table('answers')} where at < now() - interval '1 hour'
    ) delete from ${table('workers')} where fenced and heartbeat_at < now() - interval '1 day'`.execute(db)
}
