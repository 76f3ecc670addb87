// How executions come into being: their rows and their first events, and who is to have them. A live worker that serves them gets
// them at once, and is told of them; where there is none, jobs wait for one.
import type { Names } from '../log/names.ts'
import type { Execute } from '../log/transaction.ts'
import type { Dispatcher } from './dispatcher.ts'
import { type Gift, giveExecutions } from './give-executions.ts'
import { bossQueue } from './job.ts'
import { COLUMNS, columnsOf, GIVEN, type NewExecution, ROW } from './new-execution.ts'

/**
 * Creates those whose ids do not exist, and returns their ids. No id may come twice. Whoever gets one is `told` what it is and begins
 * at once; `later` it reads it, and what is in the inbox by then.
 */
export async function createExecutions(
  execute: Execute, dispatcher: Dispatcher, names: Names, wanted: readonly NewExecution[], telling: 'told' | 'later' = 'told',
): Promise<ReadonlySet<string>> {
  const places = await dispatcher.takers.choose(wanted)
  const { made, left } = await giveExecutions(execute, names, wanted.map((execution, i): Gift => ({ execution, place: places[i] })), telling)
  if (left.length === 0) return made
  return new Set([...made, ...(await queueExecutions(execute, dispatcher, names, left))])
}

/** Creates executions that wait for a worker, with their jobs. */
export async function queueExecutions(
  execute: Execute, dispatcher: Dispatcher, { schema, jobs }: Names, wanted: readonly NewExecution[],
): Promise<ReadonlySet<string>> {
  const { rows } = await execute(
    `with given as materialized (select * from ${GIVEN}) g (${COLUMNS.map(([name]) => name).join(', ')})), made as (
      insert into ${schema}.executions (${ROW})
      select ${ROW} from given order by id on conflict (id) do nothing returning id
    ), logged as (
      insert into ${schema}.events (execution_id, seq, type, payload, meta)
      select id, 1, 'ExecutionStarted', input, meta from given join made using (id)
    ), woken as (
      select pg_notify('${jobs}', name) from unnest($12::text[]) name where exists (select from made)
    ) select id, (select count(*) from woken) as woken from made`,
    [...columnsOf(wanted), [...new Set(wanted.map(({ queue }) => bossQueue('execution', queue)))]],
  )
  const created = new Set((rows as { id: string }[]).map(({ id }) => id))
  const fresh = wanted.filter(({ id }) => created.has(id))
  await dispatcher.enqueueQuietly(execute, fresh.map(({ id, queue, priority }) => ({ kind: 'execution', queue, execution: id, priority })))
  return created
}
