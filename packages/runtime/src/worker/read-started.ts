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

/** Executions that were given to this worker as they were started, and still are its own. A read: they are owned already. */
export async function readStarted(
  { database, names: { schema }, registry, worker }: ReadStartedOptions, ids: readonly string[],
): Promise<readonly ClaimedExecution[]> {
  if (ids.length === 0) return []
  const { rows } = await database.pool.query<StartedRow>({
    name: 'read-started',
    text: `select x.id, x.workflow, x.version, x.code, x.takeovers, x.priority, e.payload as input, e.meta, e.at,
        not exists (select from ${schema}.inbox where execution_id = x.id)
          and not exists (select from ${schema}.events where execution_id = x.id and seq = 2) as fresh
      from ${schema}.executions x join ${schema}.events e on e.execution_id = x.id and e.seq = 1
      where x.id = any($1) and x.owner = $2 and x.status = 'running'`,
    values: [ids, worker],
  })
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const row = byId.get(id)
    const workflow = row && registry.get(row.workflow, row.version)
    if (!row || !workflow) return []
    const { version, code } = row
    return [{ ...row, workflow, before: { version, code } }]
  })
}
