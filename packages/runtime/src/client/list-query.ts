// The statements of a page. Its keys are read from the index first, no more than a bound; each leads to its execution by the
// primary key, where the conditions that are left over are tested. `offset 0` keeps the planner from turning that round.
import { type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Names } from '../log/names.ts'
import { all, onExecution } from './condition-sql.ts'
import { descriptionColumns, type DescriptionRow } from './description.ts'
import type { Path } from './list-path.ts'

/** The keys of an execution as text: a Date would lose the microseconds. */
export type Position = readonly string[]

/** A stretch of a path. */
export interface Stretch {
  readonly path: Path
  readonly descending: boolean
  /** Begins behind it; undefined at the start. */
  readonly after: Position | undefined
  /** How many keys are read at most. */
  readonly reads: number
}

/** The first `limit` executions of a stretch, each with its position. */
export function pageQuery(names: Names, stretch: Stretch, limit: number): RawBuilder<DescriptionRow & { readonly position: Position }> {
  const { path, descending } = stretch
  const id = sql.ref(`k.k${path.keyTypes.length - 1}`)
  return sql`
    select ${descriptionColumns(names)}, ${positionOf(path)} as position
    from (${keysQuery(stretch)}) k
    cross join lateral (
      select * from ${sql.id(names.schema, 'executions')} x
      where x.id = ${id} and ${all(path.left.map((condition) => onExecution(names, condition)))} offset 0
    ) x
    order by ${order(path, descending, 'k.')} limit ${limit}`
}

/** The position at which a stretch ends because of its bound; no row if it ends before. */
export function edgeQuery(stretch: Stretch): RawBuilder<{ readonly position: Position }> {
  const { path, descending, reads } = stretch
  return sql`select ${positionOf(path)} as position from (${keysQuery(stretch)}) k order by ${order(path, descending, 'k.')} offset ${reads - 1} limit 1`
}

/** All workflows that have executions: as many looks into the index as there are names. */
export function workflowsQuery({ schema }: Names, most: number): RawBuilder<{ readonly name: string }> {
  const table = sql.id(schema, 'executions')
  return sql`
    with recursive found (name) as (
      (select workflow from ${table} order by workflow limit 1)
      union all
      select (select x.workflow from ${table} x where x.workflow > found.name order by x.workflow limit 1) from found where found.name is not null
    ) select name from found where name is not null limit ${most}`
}

function keysQuery({ path, descending, after, reads }: Stretch): RawBuilder<unknown> {
  // Each run is ordered and bounded by itself: only then does the planner merge them instead of sorting all they have.
  const ordered = sql`order by ${order(path, descending, '')} limit ${reads}`
  const runs = path.runs.map(({ from, keys, where }) => {
    const beyond = after
      ? sql<SqlBool>`(${sql.join(keys)}) ${descending ? sql`<` : sql`>`} (${sql.join(after.map((key, i) => sql`${key}::${sql.raw(path.keyTypes[i] ?? 'text')}`))})`
      : sql<SqlBool>`true`
    return sql`select ${sql.join(keys.map((key, i) => sql`${key} as ${sql.ref(`k${i}`)}`))} from ${from} where ${all([where, beyond])} ${ordered}`
  })
  if (runs[0] && runs.length === 1) return runs[0]
  return sql`select * from (${sql.join(runs.map((run) => sql`(${run})`), sql` union all `)}) u ${ordered}`
}

function order({ keyTypes }: Path, descending: boolean, alias: string): RawBuilder<unknown> {
  return sql.join(keyTypes.map((_, i) => sql`${sql.ref(`${alias}k${i}`)} ${descending ? sql`desc` : sql`asc`}`))
}

function positionOf({ keyTypes }: Path): RawBuilder<unknown> {
  return sql`array[${sql.join(keyTypes.map((_, i) => sql`${sql.ref(`k.k${i}`)}::text`))}]`
}
