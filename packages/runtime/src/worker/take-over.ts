import { executeIn } from '../dispatch/execute-in.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { Job } from '../dispatch/job.ts'
import { stepMessage } from '../dispatch/message.ts'
import { lockAddressees, post } from '../dispatch/post.ts'
import { QUERY_COMMAND, TaskData } from '../dispatch/tasks.ts'
import type { Database } from '../log/database.ts'
import type { Faults } from '../log/fault-points.ts'
import type { Names } from '../log/names.ts'
import { ApplicationError } from '@baton/sdk'
import type { Execute } from '../log/transaction.ts'
import { toFailure } from '../payload/failure.ts'

/** What a takeover or a hand-over gave back to the queues. */
export interface Released {
  readonly workers: readonly number[]
  readonly executions: number
  readonly steps: number
  /** Executions that too many workers have died with. */
  readonly quarantined: readonly string[]
}

interface TakeOverOptions {
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly names: Names
  readonly faults: Faults
  readonly dead: readonly number[]
  /** How many workers may die with an execution or a step in hand. */
  readonly maxTakeovers: number
}

/**
 * Fences workers and gives everything they owned back to the queues, in one transaction; all but what too many have died with.
 *
 * The lock of their rows, `for update`, waits for a flush of theirs that is under way; a flush that comes later finds itself fenced (G6).
 */
export async function takeOver({ database: { db }, dispatcher, names, faults, dead, maxTakeovers }: TakeOverOptions): Promise<Released> {
  await faults('takeover:before')
  const released = await db.transaction().execute(async (trx) => {
    await trx.selectFrom('workers').select('id').where('id', 'in', dead).orderBy('id').forUpdate().execute() // who gives them something now ends first
    const fenced = await trx
      .updateTable('workers')
      .set({ fenced: true })
      .where('id', 'in', dead)
      .where('fenced', '=', false)
      .returning('id')
      .execute()
    const workers = fenced.map(({ id }) => id)
    if (workers.length === 0) return { workers, executions: 0, steps: 0, quarantined: [] }
    const execute = executeIn(trx)
    const executions = await disown(execute, names, workers, maxTakeovers)
    const tasks = await trx
      .updateTable('tasks')
      .set((eb) => ({ worker: null, takeovers: eb('takeovers', '+', 1) }))
      .where('worker', 'in', workers)
      .returning(['id', 'queue', 'priority', 'execution_id', 'command', 'data', 'takeovers'])
      .execute()
    const deadly = tasks.filter(({ takeovers }) => takeovers >= maxTakeovers)
    if (deadly.length > 0) {
      await trx.deleteFrom('tasks').where('id', 'in', deadly.map(({ id }) => id)).execute()
      const steps = deadly.filter(({ command }) => command !== QUERY_COMMAND) // nobody waits for long for the answer of a query
      const addressees = await lockAddressees(execute, names, steps.map((task) => task.execution_id))
      await post(execute, dispatcher, names, addressees, steps.map((task) => stepMessage(task.execution_id, {
        kind: 'failed', command: task.command, attempt: TaskData.parse(JSON.parse(task.data)).attempt, failure: deadlyStep(task.command, task.takeovers),
      })))
    }
    const free = executions.filter(({ quarantined }) => !quarantined)
    const jobs: Job[] = [
      ...free.map(({ id, queue, priority }) => ({ kind: 'execution', queue, execution: id, priority }) as const),
      ...tasks.filter((task) => !deadly.includes(task)).map(({ id, queue, priority }) => ({ kind: 'step', queue, id, priority }) as const),
    ]
    await dispatcher.enqueue(execute, jobs)
    const quarantined = executions.filter((each) => each.quarantined).map(({ id }) => id)
    return { workers, executions: executions.length, steps: tasks.length, quarantined }
  })
  await faults('takeover:after')
  return released
}

interface Disowned {
  readonly id: string
  readonly queue: string
  readonly priority: number
  readonly quarantined: boolean
}

/** Frees the executions of workers that are fenced, counts the death for each, and blocks those that have been with too many. */
async function disown(execute: Execute, { schema }: Names, workers: readonly number[], maxTakeovers: number): Promise<readonly Disowned[]> {
  const { rows } = await execute(
    `with dead as (
        select id, format('%s (%s) at %s', name, id, to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) as death
        from ${schema}.workers where id = any($1)
      ), counted as (
        select x.id, x.takeovers + 1 >= $2 as quarantined, (coalesce(x.deaths, '{}') || d.death) as deaths
        from ${schema}.executions x join dead d on d.id = x.owner order by x.id for update of x
      )
      update ${schema}.executions x set owner = null, takeovers = least(x.takeovers + 1, 32767), deaths = c.deaths,
        status = case when c.quarantined then 'blocked' else x.status end,
        blocked = case when c.quarantined then json_build_object('code', 'Quarantined', 'semanticHash', x.code,
          'reason', format('%s workers in a row have died with it in hand: %s. Mend the code, or let it be tried again with resume().',
            x.takeovers + 1, array_to_string(c.deaths, ', ')),
          'tried', coalesce(x.blocked::jsonb->'tried', '[]') || to_jsonb(x.code), 'detail', json_build_object('deaths', c.deaths)) else x.blocked end
      from counted c where c.id = x.id returning x.id, x.queue, x.priority, c.quarantined`,
    [workers, maxTakeovers],
  )
  return rows as Disowned[]
}

/** What the execution is told of a step that was away and killed those that ran it. */
function deadlyStep(command: string, deaths: number): ReturnType<typeof toFailure> {
  return toFailure(new ApplicationError(`${deaths} workers in a row have died while they ran step '${command}'; it is not given to another.`, { type: 'Quarantined' }))
}
