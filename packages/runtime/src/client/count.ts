import { sql } from 'kysely'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { InvalidQuery } from './client-errors.ts'
import { all, onAttributeRows, onExecution } from './condition-sql.ts'
import { conditionsOf } from './conditions.ts'
import type { ExecutionFilter } from './execution-filter.ts'

/** Options of `count`. */
export interface CountOptions {
  /** The count goes no further, which bounds what it reads; default: to the end. */
  readonly atMost?: number
}

/**
 * How many executions a filter means. Order does not matter here, so the planner may begin with whichever condition it likes.
 *
 * @throws InvalidQuery.
 */
export async function count({ db, table }: Database, names: Names, filter: ExecutionFilter, { atMost }: CountOptions): Promise<number> {
  if (atMost !== undefined && !(Number.isInteger(atMost) && atMost >= 1)) throw new InvalidQuery(`atMost is ${atMost}; give a whole number from 1.`)
  const conditions = conditionsOf(filter).map((condition) =>
    condition.on === 'attribute' ? onAttributeRows(names, condition) : onExecution(names, condition))
  const { rows } = await sql<{ count: string }>`
    select count(*) from (select from ${table('executions')} x where ${all(conditions)} limit ${atMost ?? null}::bigint) counted`.execute(db)
  return Number(rows[0]?.count)
}
