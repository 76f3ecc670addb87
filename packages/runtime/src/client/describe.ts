import { sql } from 'kysely'
import { z } from 'zod'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { readHistories, toLogged } from '../log/read-history.ts'
import type { ExecutionStatus } from '../log/tables.ts'
import { ExecutionNotFound, InvalidQuery } from './client-errors.ts'
import { type HistoryRecord, toRecord } from './history-record.ts'

/** What an execution is and where it stands. */
export interface ExecutionDescription {
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
}

/** Filters of `list`. */
export interface ListOptions {
  readonly workflow?: string
  readonly status?: ExecutionStatus
  /** 1 to 500; default 50. */
  readonly limit?: number
  /** Where the page before ended, as it said in `next`. */
  readonly cursor?: string
}

/** A page of executions, youngest first. */
export interface ExecutionPage {
  readonly executions: readonly ExecutionDescription[]
  /** The cursor of the next page; undefined on the last. */
  readonly next: string | undefined
}

const BlockedJson = z.object({ code: z.string(), reason: z.string() })
const Cursor = z.tuple([z.string().refine((text) => !Number.isNaN(Date.parse(text))), z.string()])
const Status: z.ZodType<ExecutionStatus> = z.enum(['pending', 'running', 'blocked', 'completed', 'failed'])

export async function describe(database: Database, id: string): Promise<ExecutionDescription> {
  const row = await descriptions(database).where('x.id', '=', id).executeTakeFirst()
  if (!row) throw new ExecutionNotFound(id)
  return toDescription(row)
}

export async function history({ pool }: Database, names: Names, id: string): Promise<readonly HistoryRecord[]> {
  const events = toLogged((await readHistories(pool, names, [id])).get(id) ?? [])
  if (events.length === 0) throw new ExecutionNotFound(id)
  return events.map(({ seq, at, event }) => ({ seq, at, ...toRecord(event) }))
}

/** @throws InvalidQuery. */
export async function list(database: Database, options: ListOptions): Promise<ExecutionPage> {
  const { limit = 50, workflow, status, cursor } = options
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) throw new InvalidQuery(`A page holds 1 to 500 executions, not ${limit}.`)
  if (status !== undefined && !Status.safeParse(status).success) throw new InvalidQuery(`'${String(status)}' is no status of an execution.`)
  let query = descriptions(database).orderBy('x.created_at', 'desc').orderBy('x.id', 'desc').limit(limit + 1)
  if (workflow !== undefined) query = query.where('x.workflow', '=', workflow)
  if (status !== undefined) query = query.where('x.status', '=', status)
  if (cursor !== undefined) {
    const [at, id] = parseCursor(cursor)
    query = query.where(sql<boolean>`(x.created_at, x.id) < (${at}::timestamptz, ${id})`)
  }
  const rows = await query.execute()
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return {
    executions: page.map(toDescription),
    next: last ? Buffer.from(JSON.stringify([last.created_text, last.id])).toString('base64url') : undefined,
  }
}

function descriptions({ db }: Database) {
  return db
    .selectFrom('executions as x')
    .leftJoin('workers as w', 'w.id', 'x.owner')
    .select(['x.id', 'x.workflow', 'x.version', 'x.queue', 'x.status', 'w.name as worker', 'x.created_at', 'x.started_at', 'x.ended_at', 'x.wake_at', 'x.blocked'])
    .select(sql<string>`x.created_at::text`.as('created_text')) // a Date would lose the microseconds
}

type DescriptionRow = Awaited<ReturnType<ReturnType<typeof descriptions>['execute']>>[number]

function toDescription(row: DescriptionRow): ExecutionDescription {
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
    blocked: row.blocked === null ? undefined : BlockedJson.parse(JSON.parse(row.blocked)),
  }
}

function parseCursor(cursor: string): readonly [string, string] {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch (cause) {
    throw new InvalidQuery(`'${cursor}' is no cursor that a page has given (${cause instanceof Error ? cause.name : 'unreadable'}).`)
  }
}
