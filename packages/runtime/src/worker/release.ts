import { sql } from 'kysely'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { executeIn } from '../dispatch/execute-in.ts'
import type { Job } from '../dispatch/job.ts'
import type { Database } from '../log/database.ts'

/** Hands everything a worker owns back to the queues, as when it stops; another worker goes on at once. */
export async function handOver({ db }: Database, dispatcher: Dispatcher, worker: number): Promise<number> {
  return db.transaction().execute(async (trx) => {
    // As a takeover does: a flush that is still on its way ends before, or finds itself fenced.
    await trx.selectFrom('workers').select('id').where('id', '=', worker).forUpdate().execute() // who gives it something now ends first
    const mine = await trx.updateTable('workers').set({ fenced: true }).where('id', '=', worker).where('fenced', '=', false).returning('id').executeTakeFirst()
    if (!mine) return 0 // somebody has taken over: it is done
    const executions = await trx.updateTable('executions').set({ owner: null }).where('owner', '=', worker).returning(['id', 'queue', 'priority']).execute()
    const tasks = await trx.updateTable('tasks').set({ worker: null }).where('worker', '=', worker).returning(['id', 'queue', 'priority']).execute()
    const jobs: Job[] = [
      ...executions.map(({ id, queue, priority }) => ({ kind: 'execution', queue, execution: id, priority }) as const),
      ...tasks.map(({ id, queue, priority }) => ({ kind: 'step', queue, id, priority }) as const),
    ]
    await dispatcher.enqueue(executeIn(trx), jobs)
    return executions.length
  })
}

/**
 * Gives back what the table says is this worker's and the worker does not have: the claim, the parking or the answer that
 * would have told it was lost. To be called only when no claim is under way, so that nothing that was claimed can be on its way here. What
 * was given at its start may be; the worker then finds that it is not its own any more.
 */
export async function reconcile(
  { db }: Database,
  dispatcher: Dispatcher,
  worker: number,
  has: { readonly execution: (id: string) => boolean; readonly task: (id: string) => boolean },
  ms: number,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const owned = await trx.selectFrom('executions').select('id').where('owner', '=', worker).execute()
    const taken = await trx.selectFrom('tasks').select('id').where('worker', '=', worker).execute()
    const lost = owned.filter(({ id }) => !has.execution(id)).map(({ id }) => id).sort()
    const dropped = taken.filter(({ id }) => !has.task(id)).map(({ id }) => id)
    const executions = lost.length === 0 ? [] : await trx
      .updateTable('executions')
      .set({ owner: null, wake_at: sql<Date>`now()` })
      .where('id', '=', sql<string>`any(${lost}::text[])`)
      .where('owner', '=', worker)
      .returning(['id', 'queue', 'priority'])
      .execute()
    const tasks = dropped.length === 0 ? [] : await trx
      .updateTable('tasks')
      .set({ worker: null })
      .where('id', '=', sql<string>`any(${dropped}::uuid[])`)
      .where('worker', '=', worker)
      .returning(['id', 'queue', 'priority'])
      .execute()
    await dispatcher.enqueue(executeIn(trx), [
      ...executions.map(({ id, queue, priority }): Job => ({ kind: 'execution', queue, execution: id, priority, after: ms })),
      ...tasks.map(({ id, queue, priority }): Job => ({ kind: 'step', queue, id, priority, after: ms })),
    ])
    return executions.length + tasks.length
  })
}
