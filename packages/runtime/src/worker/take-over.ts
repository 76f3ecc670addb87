import type { Database } from '../log/database.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { Job } from '../dispatch/job.ts'
import { executeIn } from '../dispatch/execute-in.ts'
import type { Faults } from '../log/fault-points.ts'

/** What a takeover or a hand-over gave back to the queues. */
export interface Released {
  readonly workers: readonly number[]
  readonly executions: number
  readonly steps: number
}

/**
 * Fences workers and gives everything they owned back to the queues, in one transaction.
 *
 * The update of their rows waits for a flush of theirs that is under way; a flush that comes later finds itself fenced (G6).
 */
export async function takeOver(
  { db }: Database,
  dispatcher: Dispatcher,
  dead: readonly number[],
  faults: Faults,
): Promise<Released> {
  await faults('takeover:before')
  const released = await db.transaction().execute(async (trx) => {
    const fenced = await trx
      .updateTable('workers')
      .set({ fenced: true })
      .where('id', 'in', dead)
      .where('fenced', '=', false)
      .returning('id')
      .execute()
    const workers = fenced.map(({ id }) => id)
    if (workers.length === 0) return { workers, executions: 0, steps: 0 }
    const executions = await trx
      .updateTable('executions')
      .set({ owner: null })
      .where('owner', 'in', workers)
      .returning(['id', 'queue', 'priority'])
      .execute()
    const tasks = await trx.updateTable('tasks').set({ worker: null }).where('worker', 'in', workers).returning(['id', 'queue', 'priority']).execute()
    const jobs: Job[] = [
      ...executions.map(({ id, queue, priority }) => ({ kind: 'execution', queue, execution: id, priority }) as const),
      ...tasks.map(({ id, queue, priority }) => ({ kind: 'step', queue, id, priority }) as const),
    ]
    await dispatcher.enqueue(executeIn(trx), jobs)
    return { workers, executions: executions.length, steps: tasks.length }
  })
  await faults('takeover:after')
  return released
}
