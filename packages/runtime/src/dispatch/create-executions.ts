// How executions come into being: their rows, their first events and their jobs, in the caller's transaction.
import type { StoredAttribute } from '@baton/sdk/host'
import type { StartInfo } from '../core/start-info.ts'
import type { Names } from '../log/names.ts'
import { startMeta } from '../log/start-meta.ts'
import type { Execute } from '../log/transaction.ts'
import type { Encoded } from '../payload/codec.ts'
import type { Dispatcher } from './dispatcher.ts'
import { bossQueue } from './job.ts'

/** An execution to be, its input checked and encoded. */
export interface NewExecution {
  readonly id: string
  readonly workflow: string
  readonly version: string
  readonly queue: string
  readonly priority: number
  readonly input: Encoded
  /** What its first event says besides the input. */
  readonly start: StartInfo
  /** Search attributes as they are stored; default none. */
  readonly attributes?: Readonly<Record<string, StoredAttribute>>
  /** Default none. */
  readonly memo?: Encoded
  /** Whether somebody waits for the result already. */
  readonly awaited: boolean
}

/** Creates those whose ids do not exist, and returns their ids. No id may come twice. */
export async function createExecutions(
  execute: Execute, dispatcher: Dispatcher, { schema, jobs }: Names, wanted: readonly NewExecution[],
): Promise<ReadonlySet<string>> {
  const { rows } = await execute(
    `with given as (
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[], $6::json[], $8::json[], $9::text[], $10::int[],
        $11::jsonb[], $12::json[]) g (id, workflow, version, queue, awaited, input, meta, parent, priority, attributes, memo)
    ), made as (
      insert into ${schema}.executions (id, workflow, version, queue, awaited, parent, priority, attributes, memo)
      select id, workflow, version, queue, awaited, parent, priority, attributes, memo from given order by id on conflict (id) do nothing returning id
    ), logged as (
      insert into ${schema}.events (execution_id, seq, type, payload, meta)
      select id, 1, 'ExecutionStarted', input, meta from given join made using (id)
    ), woken as (
      select pg_notify('${jobs}', name) from unnest($7::text[]) name where exists (select from made)
    ) select id, (select count(*) from woken) as woken from made`,
    [
      wanted.map(({ id }) => id), wanted.map(({ workflow }) => workflow), wanted.map(({ version }) => version),
      wanted.map(({ queue }) => queue), wanted.map(({ awaited }) => awaited), wanted.map(({ input }) => input),
      [...new Set(wanted.map(({ queue }) => bossQueue('execution', queue)))],
      wanted.map(({ start }) => startMeta(start)),
      wanted.map(({ start }) => start.parent?.execution ?? null), wanted.map(({ priority }) => priority),
      wanted.map(({ attributes = {} }) => (Object.keys(attributes).length === 0 ? null : JSON.stringify(attributes))),
      wanted.map(({ memo = null }) => memo),
    ],
  )
  const created = new Set((rows as { id: string }[]).map(({ id }) => id))
  const fresh = wanted.filter(({ id }) => created.has(id))
  await dispatcher.enqueueQuietly(execute, fresh.map(({ id, queue, priority }) => ({ kind: 'execution', queue, execution: id, priority })))
  return created
}
