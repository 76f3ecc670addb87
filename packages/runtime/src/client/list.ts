import type { WorkflowClass } from '@baton/sdk'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { InvalidQuery } from './client-errors.ts'
import { type Condition, conditionsOf } from './conditions.ts'
import { fromCursor, toCursor } from './cursor.ts'
import { type DescriptionRow, type ExecutionSummary, toSummary } from './description.ts'
import type { ExecutionFilter } from './execution-filter.ts'
import { choosePath, type ListOrder, MAX_RUNS, type Path } from './list-path.ts'
import { edgeQuery, pageQuery, type Position, type Stretch, workflowsQuery } from './list-query.ts'

/** Options of `list`: a filter, an order, a page. */
export interface ListOptions<C extends WorkflowClass = WorkflowClass> extends ExecutionFilter<C> {
  /**
   * When they were created, when they ended, their id, or the value of an attribute; those without it are left out. Default
   * `'createdAt'`.
   */
  readonly orderBy?: ListOrder
  /** Default `'desc'`: the youngest, latest or greatest first. */
  readonly order?: 'asc' | 'desc'
  /** 1 to 500; default 50. */
  readonly limit?: number
  /** Where the page before ended, as it said in `next`. */
  readonly cursor?: string
}

/** A page of executions. */
export interface ExecutionPage {
  readonly executions: readonly ExecutionSummary[]
  /** The cursor of the next page; undefined on the last. A page that has looked at 20,000 executions ends, however few it found. */
  readonly next: string | undefined
}

/** Executions one statement reads: few enough for the planner to see that an index is the way, enough to keep round trips rare. */
export const STRETCH = 2_000
const MAX_STRETCHES = 10

/** @throws InvalidQuery. */
export async function list(database: Database, names: Names, options: ListOptions): Promise<ExecutionPage> {
  const { limit = 50, orderBy = 'createdAt', order = 'desc', cursor, ...filter } = options
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) throw new InvalidQuery(`A page holds 1 to 500 executions, not ${limit}.`)
  assertOrder(orderBy, order)
  const descending = order === 'desc'
  const path = await pathOf(database, names, conditionsOf(filter), orderBy)
  if (path.runs.length === 0) return { executions: [], next: undefined }
  const found: (DescriptionRow & { readonly position: Position })[] = []
  let after = cursor === undefined ? undefined : fromCursor(cursor, orderBy, descending, path)
  for (let i = 0; i < MAX_STRETCHES; i++) {
    const wanted = limit + 1 - found.length
    const stretch: Stretch = { path, descending, after, reads: path.left.length === 0 ? wanted : STRETCH }
    found.push(...(await pageQuery(names, stretch, wanted).execute(database.db)).rows)
    const last = found[limit - 1]
    if (last && found.length > limit) return { executions: found.slice(0, limit).map(toSummary), next: toCursor(orderBy, descending, last.position) }
    const edge: Position | undefined = path.left.length === 0 ? undefined : (await edgeQuery(stretch).execute(database.db)).rows[0]?.position
    if (!edge) return { executions: found.map(toSummary), next: undefined }
    after = edge
  }
  return { executions: found.map(toSummary), next: after && toCursor(orderBy, descending, after) }
}

/** The path of a list; asks for the workflows there are if it needs them. */
export async function pathOf({ db }: Database, names: Names, conditions: readonly Condition[], orderBy: ListOrder): Promise<Path> {
  const byStatus = orderBy === 'createdAt' && conditions.some(({ on }) => on === 'status') && !conditions.some(({ on }) => on === 'workflow')
  const workflows = byStatus ? (await workflowsQuery(names, MAX_RUNS + 1).execute(db)).rows.map(({ name }) => name) : []
  return choosePath(names, conditions, orderBy, workflows)
}

function assertOrder(orderBy: ListOrder, order: string): void {
  const known = typeof orderBy === 'object' ? typeof orderBy.attribute === 'string' : ['createdAt', 'endedAt', 'id'].includes(orderBy)
  if (!known) throw new InvalidQuery(`A list is by 'createdAt', 'endedAt', 'id' or { attribute }, not by ${JSON.stringify(orderBy)}.`)
  if (order !== 'asc' && order !== 'desc') throw new InvalidQuery(`An order is 'asc' or 'desc', not '${order}'.`)
}
