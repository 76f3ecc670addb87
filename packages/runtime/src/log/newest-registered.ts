import type { Names } from './names.ts'
import type { Execute } from './transaction.ts'
import { compareVersions } from './version-order.ts'

/** A workflow as a worker has registered it. */
export interface RegisteredWorkflow {
  readonly name: string
  readonly version: string
  readonly queue: string
  /** JSON text of the schema, null without one. */
  readonly input_schema: string | null
  /** JSON text of the types of its search attributes. */
  readonly attributes: string | null
}

/**
 * The newest version of each workflow: the highest of those that workers serve now, or, while none is served, of all that were
 * ever registered. Which worker started last makes no difference, so that a deploy or a restart does not turn it back.
 */
export async function newestRegistered(
  execute: Execute, { schema }: Names, workflows: readonly string[],
): Promise<ReadonlyMap<string, RegisteredWorkflow>> {
  const { rows } = await execute(
    `select f.name, f.version, f.queue, f.input_schema::text as input_schema, f.attributes::text as attributes, exists (
        select from ${schema}.workers w, unnest(w.serves) s where not w.fenced and starts_with(s, f.name || '@' || f.version || '#')) as served
      from ${schema}.workflows f where f.name = any($1)`,
    [workflows],
  )
  const newest = new Map<string, RegisteredWorkflow & { readonly served: boolean }>()
  for (const row of rows as (RegisteredWorkflow & { readonly served: boolean })[]) {
    const other = newest.get(row.name)
    if (!other || (row.served === other.served ? compareVersions(row.version, other.version) > 0 : row.served)) newest.set(row.name, row)
  }
  return newest
}
