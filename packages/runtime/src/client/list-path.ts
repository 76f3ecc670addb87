// How a page is found: an index that has executions in the order that was asked for, begun at the narrowest run of it that the
// filter allows. What the index does not answer is left over, and tested execution by execution.
import { type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Names } from '../log/names.ts'
import { executionStatuses, type ExecutionStatus } from '../log/tables.ts'
import { all, between, onExecution, onValue } from './condition-sql.ts'
import type { AttributeTest, Condition } from './conditions.ts'

/** What a list is ordered by. */
export type ListOrder = 'createdAt' | 'endedAt' | 'id' | { readonly attribute: string }

/** One ordered run of an index. */
interface Run {
  readonly from: RawBuilder<unknown>
  readonly keys: readonly RawBuilder<unknown>[]
  readonly where: RawBuilder<SqlBool>
}

/** Runs that are merged, and what is left over. The last key is the id, and no two executions have the same keys. */
export interface Path {
  readonly keyTypes: readonly ('timestamptz' | 'text')[]
  readonly runs: readonly Run[]
  readonly left: readonly Condition[]
}

/** More runs than this are not merged: then the status is left over. */
export const MAX_RUNS = 100

type Of<K extends Condition['on']> = Condition & { readonly on: K }

/** `workflows` are all there are; they are looked at only if a status is asked for without one. */
export function choosePath(names: Names, conditions: readonly Condition[], order: ListOrder, workflows: readonly string[]): Path {
  if (typeof order === 'object') return byAttribute(names, conditions, order.attribute)
  if (order === 'endedAt') return byColumn(names, conditions, 'ended_at')
  if (order === 'id') return byColumn(names, conditions, 'id')
  const attribute = conditions.filter((each) => each.on === 'attribute').filter(({ test }) => rank(test) < 3).toSorted((a, b) => rank(a.test) - rank(b.test))[0]
  if (attribute && rank(attribute.test) < 2) return byValue(names, conditions, attribute)
  return byStanding(names, conditions, workflows) ?? (attribute ? byValue(names, conditions, attribute) : byColumn(names, conditions, 'created_at'))
}

/** How much an equality narrows, as a rule; 3 for what is none. */
function rank(test: AttributeTest): number {
  if (test.kind === 'contains') return 0
  if (test.kind !== 'equals') return 3
  return typeof test.value === 'boolean' ? 2 : typeof test.value === 'string' ? 0 : 1
}

function executions({ schema }: Names): RawBuilder<unknown> {
  return sql`${sql.id(schema, 'executions')} x`
}

function attributes({ schema }: Names): RawBuilder<unknown> {
  return sql`${sql.id(schema, 'attributes')} a`
}

/** All executions in the order of a column, within the filter's bounds of it. */
function byColumn(names: Names, conditions: readonly Condition[], column: 'created_at' | 'ended_at' | 'id'): Path {
  const own = conditions.filter(({ on }) => on === column)
  const where = all([
    ...own.map((condition) => onExecution(names, condition)),
    ...(column === 'ended_at' ? [sql<SqlBool>`x.ended_at is not null`] : []),
  ])
  const keys = column === 'id' ? [sql`x.id`] : [sql.ref(`x.${column}`), sql`x.id`]
  return {
    keyTypes: column === 'id' ? ['text'] : ['timestamptz', 'text'],
    runs: [{ from: executions(names), keys, where }],
    left: conditions.filter((condition) => !own.includes(condition)),
  }
}

/** Executions of one value of an attribute, by their age. */
function byValue(names: Names, conditions: readonly Condition[], attribute: Of<'attribute'>): Path {
  const created = conditions.find((each): each is Of<'created_at'> => each.on === 'created_at')
  const where = all([
    sql<SqlBool>`a.key = ${attribute.key}`,
    onValue(names, sql`a.value`, attribute.test),
    ...(created ? [between(sql`a.created_at`, created)] : []),
  ])
  return {
    keyTypes: ['timestamptz', 'text'],
    runs: [{ from: attributes(names), keys: [sql`a.created_at`, sql`a.execution_id`], where }],
    left: conditions.filter((condition) => condition !== attribute && condition !== created),
  }
}

/** Executions that have an attribute, by its value. Several keywords are no order. */
function byAttribute(names: Names, conditions: readonly Condition[], key: string): Path {
  const own = conditions.find((each) => each.on === 'attribute' && each.key === key) as Of<'attribute'> | undefined
  const where = all([
    sql<SqlBool>`a.key = ${key}`,
    own ? onValue(names, sql`a.value`, own.test) : sql<SqlBool>`a.value < 'w:'`,
  ])
  return {
    keyTypes: ['text', 'timestamptz', 'text'],
    runs: [{ from: attributes(names), keys: [sql`a.value`, sql`a.created_at`, sql`a.execution_id`], where }],
    left: conditions.filter((condition) => condition !== own),
  }
}

/** Executions of workflows and statuses, by their age: a run for each pair. */
function byStanding(names: Names, conditions: readonly Condition[], workflows: readonly string[]): Path | undefined {
  const workflow = conditions.find((each) => each.on === 'workflow')
  const status = conditions.find((each) => each.on === 'status')
  const created = conditions.find((each): each is Of<'created_at'> => each.on === 'created_at')
  if (!workflow && !status) return undefined
  const statuses: readonly ExecutionStatus[] = status?.statuses ?? executionStatuses
  const pairs = (workflow ? [workflow.name] : workflows).flatMap((name) => statuses.map((each) => ({ name, each })))
  if (pairs.length > MAX_RUNS) return undefined
  const keys = [sql`x.created_at`, sql`x.id`]
  return {
    keyTypes: ['timestamptz', 'text'],
    runs: pairs.map(({ name, each }) => ({
      from: executions(names),
      keys,
      where: all([
        sql<SqlBool>`x.workflow = ${name}`,
        sql<SqlBool>`x.status = ${each}`,
        ...(created ? [between(sql`x.created_at`, created)] : []),
      ]),
    })),
    left: conditions.filter((condition) => condition !== workflow && condition !== status && condition !== created),
  }
}
