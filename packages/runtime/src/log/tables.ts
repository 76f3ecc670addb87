import type { ColumnType, Generated } from 'kysely'

/** JSON text, as it was written. */
type Json = ColumnType<string | null, string | null, string | null>
type Time = ColumnType<Date, Date | undefined, Date>
type MaybeTime = ColumnType<Date | null, Date | null | undefined, Date | null>

/** All that `ExecutionStatus` can be, in the order of a life. */
export const executionStatuses = ['pending', 'running', 'blocked', 'paused', 'completed', 'failed', 'stopped', 'timed_out', 'killed'] as const
/** How an execution stands; `blocked` waits for code that fits its history, the last five are ends. */
export type ExecutionStatus = (typeof executionStatuses)[number]

/** What an execution ends as. */
const endedStatuses = ['completed', 'failed', 'stopped', 'timed_out', 'killed'] as const satisfies readonly ExecutionStatus[]

export function isEnded(status: string): boolean {
  return (endedStatuses as readonly string[]).includes(status)
}

/** The same as a list in SQL. */
export const ENDED = `('completed', 'failed', 'stopped', 'timed_out', 'killed')`

interface ExecutionsTable {
  id: string
  workflow: string
  version: string
  queue: string
  status: ColumnType<ExecutionStatus, ExecutionStatus | undefined, ExecutionStatus>
  owner: number | null
  priority: Generated<number>
  awaited: ColumnType<boolean, boolean | undefined, boolean>
  wake_at: MaybeTime
  blocked: Json
  created_at: Time
  started_at: MaybeTime
  ended_at: MaybeTime
  run_seq: ColumnType<number, number | undefined, number>
  waits: Json
  parent: string | null
  /** `StoredAttribute` by name, as the driver parsed it. */
  attributes: ColumnType<unknown, string | null | undefined, string | null>
  memo: Json
  code: string | null
  takeovers: Generated<number>
  deaths: string[] | null
}

/** One row a value of a search attribute; kept by triggers on executions. */
interface AttributesTable {
  key: string
  value: string
  created_at: Time
  execution_id: string
}

interface EventsTable {
  execution_id: string
  seq: number
  /** In the database an enum, `event_type`. */
  type: string
  command: string | null
  payload: Json
  meta: Json
  /** Of an iteration's event, see `lane-place.ts`. */
  place: string | null
  at: Time
}

interface InboxTable {
  id: Generated<string>
  execution_id: string
  kind: string
  command: string
  payload: Json
  at: Time
}

interface TasksTable {
  id: string
  execution_id: string
  command: string
  worker: number | null
  queue: string
  priority: Generated<number>
  takeovers: Generated<number>
  data: ColumnType<string, string, string>
  at: Time
}

interface HeartbeatsTable {
  execution_id: string
  command: string
  attempt: number
  details: Json
  at: Time
}

interface WorkersTable {
  id: number
  name: string
  queues: string[]
  started_at: Time
  heartbeat_at: Time
  fenced: ColumnType<boolean, boolean | undefined, boolean>
  serves: Generated<string[]>
  accepts: Generated<boolean>
  channel: string | null
}

interface WorkflowsTable {
  name: string
  version: string
  queue: string
  semantic_hash: string
  input_schema: Json
  attributes: Json
  handlers: Json
  registered_at: Time
}

interface LanesTable {
  execution_id: string
  lane: string
}

interface AnswersTable {
  id: string
  execution_id: string
  payload: ColumnType<string, string, string>
  at: Time
}

interface StreamsTable {
  execution_id: string
  stream: string
  next: ColumnType<number, number | undefined, number>
  followed: ColumnType<boolean, boolean | undefined, boolean>
  closed_at: MaybeTime
}

interface StreamItemsTable {
  execution_id: string
  stream: string
  offset: number
  command: string | null
  attempt: number | null
  key: string | null
  payload: Json
  at: Time
}

interface SchedulesTable {
  workflow: string
  name: string
  version: string
  expression: string
  timezone: string
  decided_until: Time
  next_at: MaybeTime
  last_at: MaybeTime
  last_execution: string | null
  last_error: string | null
}

/** The tables of Baton's schema, as kysely sees them. */
export interface Tables {
  executions: ExecutionsTable
  attributes: AttributesTable
  events: EventsTable
  inbox: InboxTable
  lanes: LanesTable
  answers: AnswersTable
  tasks: TasksTable
  heartbeats: HeartbeatsTable
  workers: WorkersTable
  workflows: WorkflowsTable
  schedules: SchedulesTable
  streams: StreamsTable
  stream_items: StreamItemsTable
}
