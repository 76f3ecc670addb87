import { sql } from 'kysely'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { executeIn } from '../dispatch/execute-in.ts'
import type { Job } from '../dispatch/job.ts'
import type { Database } from '../log/database.ts'

/** Hands everything a worker owns back to the queues, as when it stops; another worker goes on at once. */
export async function handOver({ db }: Database, dispatcher: Dispatcher, worker: number): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const live = await trx.selectFrom('workers').select('id').where('id', '=', worker).where('fenced', '=', false).forShare().executeTakeFirst()
    if (!live) return 0 // somebody has taken over: it is done
    const executions = await trx.updateTable('executions').set({ owner: null }).where('owner', '=', worker).returning(['id', 'queue']).execute()
    const tasks = await trx.updateTable('tasks').set({ worker: null }).where('worker', '=', worker).returning(['id', 'queue']).execute()
    const jobs: Job[] = [
      ...executions.map(({ id, queue }) => ({ kind: 'execution', queue, execution: id }) as const),
      ...tasks.map(({ id, queue }) => ({ kind: 'step', queue, id }) as const),
    ]
    await dispatcher.enqueue(executeIn(trx), jobs)
    return executions.length
  })
}

/** Gives executions back, to be tried again after `ms`: this worker could not go on with them. */
export async function giveBack({ db }: Database, dispatcher: Dispatcher, worker: number, executions: readonly string[], ms: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const rows = await trx
      .updateTable('executions')
      .set({ owner: null })
      .where('id', 'in', executions)
      .where('owner', '=', worker)
      .returning(['id', 'queue'])
      .execute()
    await dispatcher.enqueue(executeIn(trx), rows.map(({ id, queue }): Job => ({ kind: 'execution', queue, execution: id, after: ms })))
  })
}

/** Why an execution is blocked, as `describe()` shows it. */
export interface Blocked {
  readonly reason: string
  readonly code: string
  readonly semanticHash: string
}

/** Sets an execution aside until a worker with other code appears; its log stays as it is. */
export async function block({ db }: Database, worker: number, execution: string, blocked: Blocked): Promise<void> {
  await db
    .updateTable('executions')
    .set({ owner: null, status: 'blocked', blocked: JSON.stringify(blocked) })
    .where('id', '=', execution)
    .where('owner', '=', worker)
    .execute()
}

/** Gives blocked executions another chance where the code is not the code they were blocked with. */
export async function unblock(
  { db }: Database,
  dispatcher: Dispatcher,
  workflow: string,
  semanticHash: string,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .updateTable('executions')
      .set({ status: 'running', blocked: null })
      .where('status', '=', 'blocked')
      .where('workflow', '=', workflow)
      .where(sql<string>`blocked->>'semanticHash'`, '<>', semanticHash)
      .returning(['id', 'queue'])
      .execute()
    await dispatcher.enqueue(executeIn(trx), rows.map(({ id, queue }): Job => ({ kind: 'execution', queue, execution: id })))
    return rows.length
  })
}
