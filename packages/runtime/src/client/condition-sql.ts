// What a condition is in SQL. Names of attributes and all values are parameters.
import { type RawBuilder, sql, type SqlBool } from 'kysely'
import type { StoredAttribute } from '@baton/sdk/host'
import type { Names } from '../log/names.ts'
import type { AttributeTest, Condition } from './conditions.ts'

type Sql = RawBuilder<SqlBool>

/** Conditions joined by `and`. */
export function all(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`${sql.join(conditions, sql` and `)}`
}

/** A condition on a row `x` of executions. */
export function onExecution(names: Names, condition: Condition): Sql {
  switch (condition.on) {
    case 'workflow':
      return sql<SqlBool>`x.workflow = ${condition.name}`
    case 'status':
      return sql<SqlBool>`x.status = any(${[...condition.statuses]}::text[])`
    case 'created_at':
    case 'ended_at':
      return between(sql`${sql.ref(`x.${condition.on}`)}`, condition)
    case 'id':
      return startsWith(sql`x.id`, condition.prefix)
    case 'attribute':
      return onAttributes(names, condition.key, condition.test)
  }
}

/** A time from one moment to before another. */
export function between(time: RawBuilder<unknown>, { from, before }: { readonly from: Date | undefined; readonly before: Date | undefined }): Sql {
  return all([
    ...(from ? [sql<SqlBool>`${time} >= ${from.toISOString()}::timestamptz`] : []),
    ...(before ? [sql<SqlBool>`${time} < ${before.toISOString()}::timestamptz`] : []),
  ])
}

/** Text of bytewise order that begins with a prefix, as a range that an index has in one piece. */
function startsWith(text: RawBuilder<unknown>, prefix: string): Sql {
  const end = leastBeyond(prefix)
  return all([sql<SqlBool>`${text} >= ${prefix}`, ...(end === undefined ? [] : [sql<SqlBool>`${text} < ${end}`])])
}

/** A test of the text by which `attributes` orders values. */
export function onValue({ schema }: Names, value: RawBuilder<unknown>, test: AttributeTest): Sql {
  const encoded = (stored: StoredAttribute): RawBuilder<unknown> =>
    sql`${sql.id(schema, 'attribute_value')}(${JSON.stringify(stored)}::jsonb) collate "C"`
  switch (test.kind) {
    case 'equals':
      return sql<SqlBool>`${value} = ${encoded(test.value)}`
    case 'contains':
      return sql<SqlBool>`${value} = ${`w:${test.word}`}`
    case 'startsWith':
      return startsWith(value, `k:${test.prefix}`)
    case 'range': {
      const { of, gt, gte, lt, lte } = test.range
      const type = of === 'number' ? 'n' : 't'
      return all([
        // Without a bound on a side, the range ends with its type.
        gt === undefined && gte === undefined ? sql<SqlBool>`${value} >= ${`${type}:`}` : undefined,
        lt === undefined && lte === undefined ? sql<SqlBool>`${value} < ${`${type};`}` : undefined,
        gt === undefined ? undefined : sql<SqlBool>`${value} > ${encoded(gt)}`,
        gte === undefined ? undefined : sql<SqlBool>`${value} >= ${encoded(gte)}`,
        lt === undefined ? undefined : sql<SqlBool>`${value} < ${encoded(lt)}`,
        lte === undefined ? undefined : sql<SqlBool>`${value} <= ${encoded(lte)}`,
      ].filter((part) => part !== undefined))
    }
  }
}

/** A test of an attribute by its rows in `attributes`. */
export function onAttributeRows(names: Names, { key, test }: Extract<Condition, { readonly on: 'attribute' }>): Sql {
  return sql<SqlBool>`x.id in (
    select a.execution_id from ${sql.id(names.schema, 'attributes')} a where a.key = ${key} and ${onValue(names, sql`a.value`, test)})`
}

/** The same of the JSON in an execution's row, for conditions that the path of a list leaves over. */
function onAttributes(names: Names, key: string, test: AttributeTest): Sql {
  if (test.kind === 'equals') return sql<SqlBool>`x.attributes @> ${JSON.stringify({ [key]: test.value })}::jsonb`
  if (test.kind === 'contains') return sql<SqlBool>`x.attributes @> ${JSON.stringify({ [key]: [test.word] })}::jsonb`
  return onValue(names, sql`${sql.id(names.schema, 'attribute_value')}(x.attributes -> ${key}::text) collate "C"`, test)
}

/** The least text behind all that begin with the prefix; undefined if there is none. UTF-8 sorts by code points. */
export function leastBeyond(prefix: string): string | undefined {
  const points = [...prefix].map((character) => character.codePointAt(0) ?? 0)
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last < 0x10ffff) return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1)
  }
  return undefined
}
