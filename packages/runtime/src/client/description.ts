import type { AttributeValues } from '@baton/sdk'
import { loadAttributes } from '@baton/sdk/host'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Names } from '../log/names.ts'
import type { ExecutionStatus } from '../log/tables.ts'
import { decode, type Encoded } from '../payload/codec.ts'
import type { Wait } from './waits.ts'

/** What an execution is and where it stands, as a list has it. */
export interface ExecutionSummary {
  readonly id: string
  readonly workflow: string
  readonly version: string
  readonly queue: string
  readonly status: ExecutionStatus
  /** The name of the worker that holds it, if one does. */
  readonly worker: string | undefined
  readonly createdAt: Date
  readonly startedAt: Date | undefined
  readonly endedAt: Date | undefined
  /** When it has something to do again, while it is parked. */
  readonly wakesAt: Date | undefined
  /** Why it is blocked, if it is. */
  readonly blocked: { readonly code: string; readonly reason: string } | undefined
  /** Its search attributes, those of the start and those it has set since. */
  readonly attributes: AttributeValues
}

/** The same with its memo, its parent, its runs and what it waits for. */
export interface ExecutionDescription extends ExecutionSummary {
  /**
   * What it waits for, oldest first, as its worker says, or said when it parked it; undefined where nobody can tell: it has not
   * begun, is blocked, or its worker does not answer.
   */
  readonly waitsFor: readonly Wait[] | undefined
  /** What was noted at its start. */
  readonly memo: unknown
  /** The id of the execution that started it as a child, if one did. */
  readonly parent: string | undefined
  /** How many runs it has had: one, and one more for each `continueAsNew()` and each restart. */
  readonly runs: number
}

/** A row of executions as `descriptionColumns` selects it. */
export interface DescriptionRow {
  readonly id: string
  readonly workflow: string
  readonly version: string
  readonly queue: string
  readonly status: ExecutionStatus
  readonly worker: string | null
  readonly created_at: Date
  readonly started_at: Date | null
  readonly ended_at: Date | null
  readonly wake_at: Date | number | null
  readonly blocked: string | null
  readonly attributes: unknown
}

const BlockedJson = z.object({ code: z.string(), reason: z.string() })
const AttributesJson = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.object({ at: z.string() })]),
)

/** The columns of a description, of a row `x`. */
export function descriptionColumns({ schema }: Names): RawBuilder<unknown> {
  return sql`x.id, x.workflow, x.version, x.queue, x.status, (select w.name from ${sql.id(schema, 'workers')} w where w.id = x.owner) as worker,
    x.created_at, x.started_at, x.ended_at, x.wake_at, x.blocked, x.attributes`
}

export function toSummary(row: DescriptionRow): ExecutionSummary {
  return {
    id: row.id,
    workflow: row.workflow,
    version: row.version,
    queue: row.queue,
    status: row.status,
    worker: row.worker ?? undefined,
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    wakesAt: row.wake_at instanceof Date ? row.wake_at : undefined, // 'infinity' arrives as a number
    // What is tried again keeps the record of the code that has failed.
    blocked: row.status !== 'blocked' || row.blocked === null ? undefined : BlockedJson.parse(JSON.parse(row.blocked)),
    attributes: row.attributes === null ? {} : loadAttributes(AttributesJson.parse(row.attributes)),
  }
}

/** The columns of a `DetailRow`, of a row `x`. */
export function detailColumns(names: Names): RawBuilder<unknown> {
  // Only of an execution whose run does not begin with the log are the events counted.
  return sql`${descriptionColumns(names)}, x.memo, x.parent, case when x.run_seq = 1 then 1 else 1 + (
    select count(*)::integer from ${sql.id(names.schema, 'events')} e where e.execution_id = x.id and e.type = 'ContinuedAsNew') end as runs`
}

/** A row of executions as `detailColumns` selects it. */
export interface DetailRow extends DescriptionRow {
  readonly memo: Encoded
  readonly parent: string | null
  readonly runs: number
}

export function toDescription(row: DetailRow, waitsFor: readonly Wait[] | undefined): ExecutionDescription {
  return { ...toSummary(row), memo: decode(row.memo), parent: row.parent ?? undefined, runs: row.runs, waitsFor }
}
