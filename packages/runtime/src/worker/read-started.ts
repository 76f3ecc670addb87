import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import type { ClaimedExecution } from './claim.ts'
import type { Registry } from './registry.ts'

interface StartedRow extends Omit<ClaimedExecution, 'workflow' | 'before'> {
  readonly workflow: string
  readonly version: string
  readonly code: string | null
}

export interface ReadStartedOptions {
  readonly database: Database
  readonly names: Names
  readonly registry: Registry
  readonly worker: number
}

/**
 * Executions that were given to this worker as they were started, and still are its own: these, or all of them that have not got on
 * yet. A read: they are owned already.
 */
export async function readStarted(
  { database, names: { schema }, registry, worker }: ReadStartedOptions, ids: readonly string[] | 'all',
): Promise<readonly ClaimedExecution[]> {
  if (ids.length === 0) return []
  const all = ids === 'all'
  const { rows } = await database.pool.query<StartedRow>({
    name: all ? 'read-all-started' : 'read-started',
    text: `select x.id, x.workflow, x.version, x.code, x.takeovers, x.priority, e.payload as input, e.meta, e.at,
        not exists (select from ${schema}.inbox where execution_id = x.id)
          and not exists (select from ${schema}.events where execution_id = x.id and seq = 2) as fresh
      from ${schema}.executions x join ${schema}.events e on e.execution_id = x.id and e.seq = 1
      where ${all ? '' : 'x.id = any($2) and '}x.owner = $1 and x.status = 'running'`,
    values: all ? [worker] : [worker, ids],
  })
  const places = new Map(all ? [] : ids.map((id, place) => [id, place]))
  const wanted = all ? rows.filter(({ fresh }) => fresh) : rows.toSorted((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0))
  return wanted.flatMap((row) => {
    const workflow = registry.get(row.workflow, row.version)
    return workflow ? [{ ...row, workflow, before: { version: row.version, code: row.code } }] : []
  })
}
