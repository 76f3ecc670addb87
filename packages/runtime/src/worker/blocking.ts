// Executions that cannot go on with the code there is: set aside with the reason, and tried again with other code.
import { KNOWN_FLAGS } from '../core/flags.ts'
import { executeIn } from '../dispatch/execute-in.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { Job } from '../dispatch/job.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import type { Code } from '../log/served-code.ts'
import type { ClaimedExecution } from './claim.ts'

/** Why an execution is blocked, as `describe()` shows it. */
export interface Blocked {
  readonly code: string
  readonly reason: string
  /** Of the code that could not go on with it. */
  readonly semanticHash: string
  /** More of the reason, as data. */
  readonly detail?: object | undefined
  /** What it ran on before it was tried here, and belongs to still; undefined if it was running on this code. */
  readonly before?: ClaimedExecution['before'] | undefined
}

/**
 * Sets an execution aside until other code appears; its log stays as it is.
 */
export async function block({ pool }: Database, { schema }: Names, worker: number, execution: string, { before, ...blocked }: Blocked): Promise<void> {
  await pool.query({
    text: `update ${schema}.executions set owner = null, status = 'blocked',
        version = coalesce($4, version), code = case when $4::text is null then code else $5 end,
        blocked = ($3::jsonb || jsonb_build_object('tried', coalesce(blocked::jsonb->'tried', '[]') || ($3::jsonb->'semanticHash')))::json
      where id = $1 and owner = $2`,
    values: [execution, worker, JSON.stringify(blocked), before?.version ?? null, before?.code ?? null],
  })
}

/** Those of the workflows that have blocked executions. */
export async function blockedAmong({ pool }: Database, { schema }: Names, workflows: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ workflow: string }>({
    name: 'blocked-among',
    text: `select w as workflow from unnest($1::text[]) w where exists (select from ${schema}.executions where status = 'blocked' and workflow = w)`,
    values: [workflows],
  })
  return new Set(rows.map(({ workflow }) => workflow))
}

/**
 * Gives blocked executions another chance with code that has not been tried on them: of their version, or, while nobody alive
 * serves that, with the newest version of a worker. It is pinned to that code, so that it is not taken by what has failed.
 */
export async function unblock(
  { db }: Database, dispatcher: Dispatcher, { schema }: Names, { name, version, semanticHash }: Code, newest: boolean,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const execute = executeIn(trx)
    const { rows } = await execute(
      `update ${schema}.executions x set status = 'running', takeovers = 0, deaths = null, code = case when x.version = $2 then $3 end
        where x.status = 'blocked' and x.workflow = $1
          and (x.version = $2 or $4 and not exists (
            select from ${schema}.workers w, unnest(w.serves) s where not w.fenced and starts_with(s, x.workflow || '@' || x.version || '#')))
          and (x.blocked->>'semanticHash' is distinct from $3 and not coalesce(x.blocked::jsonb->'tried', '[]') ? $3
            or x.blocked->>'code' = 'UnknownFlag' and (x.blocked->'detail'->>'flag')::int = any($5))
        returning x.id, x.queue, x.priority`,
      [name, version, semanticHash, newest, [...KNOWN_FLAGS]],
    )
    const freed = rows as { id: string; queue: string; priority: number }[]
    await dispatcher.enqueue(execute, freed.map(({ id, queue, priority }): Job => ({ kind: 'execution', queue, execution: id, priority })))
    return freed.length
  })
}
