import type { StoredAttribute } from '@baton/sdk/host'
import type { StartInfo } from '../core/start-info.ts'
import { startMeta } from '../log/start-meta.ts'
import type { Encoded } from '../payload/codec.ts'

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

/** What of it goes into its row and its first event, and the types of these columns. */
export const COLUMNS = [
  ['id', 'text'], ['workflow', 'text'], ['version', 'text'], ['queue', 'text'], ['awaited', 'bool'], ['input', 'json'], ['meta', 'json'], ['parent', 'text'],
  ['priority', 'int'], ['attributes', 'jsonb'], ['memo', 'json'],
] as const

/** Those of them that go into the row. */
export const ROW = 'id, workflow, version, queue, awaited, parent, priority, attributes, memo'

/** The values of the columns. */
export function valuesOf({ id, workflow, version, queue, awaited, input, start, priority, attributes = {}, memo = null }: NewExecution): readonly unknown[] {
  const stored = Object.keys(attributes).length === 0 ? null : JSON.stringify(attributes)
  return [id, workflow, version, queue, awaited, input, startMeta(start), start.parent?.execution ?? null, priority, stored, memo]
}

/** The executions as the columns of a table `given`, in SQL; their values come first among those of the statement. */
export const GIVEN = `unnest(${COLUMNS.map(([, type], i) => `$${i + 1}::${type}[]`).join(', ')}`

/** The values of each column, for `GIVEN`. */
export function columnsOf(executions: readonly NewExecution[]): unknown[][] {
  const rows = executions.map(valuesOf)
  return COLUMNS.map((_, i) => rows.map((row) => row[i]))
}
