import { BatonError } from '@baton/sdk'
import { replay } from '../core/replay.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { fromInbox, type InboxRow, type Received } from '../dispatch/message.ts'
import type { Encoded } from '../payload/codec.ts'
import { withReconnect } from '../log/reconnect.ts'
import { type LogRow, readRuns, toEvent } from '../log/read-history.ts'
import { Actor } from './actor.ts'
import type { ClaimedExecution } from './claim.ts'
import type { Log } from './log.ts'
import type { Registered } from './registry.ts'
import { ActorSetting } from './setting.ts'
import { macrotask } from './turn-loop.ts'

/** A claimed execution brought back to life. */
export interface Adopted {
  readonly actor: Actor
  /** What waited in the inbox. */
  readonly messages: readonly Received[]
  /** Commands that are away: queued or taken, and not answered. */
  readonly away: ReadonlySet<string>
  /** What running steps had reported before the last owner was lost. */
  readonly reports: readonly Report[]
}

/** The last heartbeat of an attempt. */
interface Report {
  readonly command: string
  readonly attempt: number
  readonly details: Encoded
  /** Ms since 1970. */
  readonly at: number
}

/** A claimed execution whose history this worker's code does not fit. */
export interface Misfit {
  readonly id: string
  readonly workflow: Registered
  readonly error: unknown
  /** What it ran on before this worker tried it with its own code; undefined if it was running on that. */
  readonly before?: ClaimedExecution['before']
}

/** What the database knows of executions that have lived before. */
interface Past {
  readonly runs: ReadonlyMap<string, readonly LogRow[]>
  readonly inboxes: ReadonlyMap<string, readonly InboxRow[]>
  readonly away: ReadonlyMap<string, ReadonlySet<string>>
  readonly reports: ReadonlyMap<string, readonly Report[]>
}

const NONE: ReadonlySet<string> = new Set()

/** Reads and replays what was claimed; a claimed execution is either adopted or a misfit. */
export async function adopt(
  database: Database,
  names: Names,
  claimed: readonly ClaimedExecution[],
  log: Log,
): Promise<readonly (Adopted | Misfit)[]> {
  const { border } = database
  const older = claimed.filter(({ fresh }) => !fresh).map(({ id }) => id)
  const past = older.length === 0 ? undefined : await readPast(database, names, older)
  return Promise.all(
    claimed.map(async ({ id, workflow, before, takeovers, priority, fresh, input, meta, at }): Promise<Adopted | Misfit> => {
      try {
        if (fresh) {
          const row: LogRow = { execution_id: id, seq: 1, type: 'ExecutionStarted', command: null, payload: input, meta, at, lane: null, nth: null }
          const actor = await revive(id, workflow, await border.openRows([row], 'payload'), log, priority)
          actor.takeovers = takeovers
          return { actor, messages: [], away: NONE, reports: [] }
        }
        const rows = past?.runs.get(id) ?? []
        assertGapless(id, rows)
        const inbox = await border.openRows(past?.inboxes.get(id) ?? [], 'payload')
        const actor = await revive(id, workflow, await border.openRows(rows, 'payload'), log, priority)
        actor.takeovers = takeovers
        return {
          actor,
          messages: inbox.map(fromInbox),
          away: past?.away.get(id) ?? NONE,
          reports: await border.openRows(past?.reports.get(id) ?? [], 'details'),
        }
      } catch (error) {
        return { id, workflow, before, error }
      }
    }),
  )
}

/** The place of the next event is the end of its log; a hole would put it onto another. */
function assertGapless(id: string, rows: readonly LogRow[]): void {
  const last = new Map<string | null, number>()
  for (const { seq, lane } of rows) {
    const before = last.get(lane) ?? (lane === null ? seq - 1 : 0)
    if (seq !== before + 1) throw new HistoryGap(id, before + 1)
    last.set(lane, seq)
  }
  if (rows.length === 0) throw new HistoryGap(id, 1)
}

class HistoryGap extends BatonError {
  static override readonly kind = 'HistoryGap'

  constructor(id: string, seq: number) {
    super('HistoryGap', `The history of execution '${id}' has no event ${seq}; its log was changed from outside.`)
  }
}

async function readPast({ pool }: Database, names: Names, ids: readonly string[]): Promise<Past> {
  // The tasks and the inbox in one statement: a step that is answered meanwhile is in one of them or, after, in a NOTIFY.
  const [runs, reports, { rows: waiting }] = await Promise.all([
    readRuns(pool, names, ids),
    readReports(pool, names, ids),
    pool.query<InboxRow & { execution_id: string; task: boolean }>({
      name: 'read-waiting',
      text: `select * from (
          select i.id::text as id, i.execution_id, i.kind, i.command, i.payload, false as task from ${names.schema}.inbox i where i.execution_id = any($1)
          union all
          select t.id::text, t.execution_id, 'task', t.command, null::json, true from ${names.schema}.tasks t where t.execution_id = any($1)
        ) waiting order by task, length(id), id`,
      values: [ids],
    }),
  ])
  const inboxes = new Map<string, InboxRow[]>(ids.map((id) => [id, []]))
  const away = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]))
  for (const row of waiting) {
    if (row.task) away.get(row.execution_id)?.add(row.command)
    else inboxes.get(row.execution_id)?.push(row)
  }
  return { runs, inboxes, away, reports }
}

async function readReports(pool: Database['pool'], { schema }: Names, ids: readonly string[]): Promise<ReadonlyMap<string, readonly Report[]>> {
  const { rows } = await pool.query<Report & { execution_id: string }>({
    name: 'read-reports',
    text: `select execution_id, command, attempt, details, extract(epoch from at)::float8 * 1000 as at
      from ${schema}.heartbeats where execution_id = any($1)`,
    values: [ids],
  })
  return Map.groupBy(rows, (row) => row.execution_id)
}

/** The actor that the rows of a run's log describe. */
export async function revive(id: string, workflow: Registered, rows: readonly LogRow[], log: Log, priority = 0): Promise<Actor> {
  const execution = await replay(workflow.program, rows.map(toEvent), macrotask, new ActorSetting(id, workflow, log))
  let lanes: Map<string, number> | undefined
  let seq = 0
  let nth = 0
  for (const row of rows) {
    if (row.lane === null) seq = row.seq
    else (lanes ??= new Map()).set(row.lane, row.seq)
    nth = Math.max(nth, row.nth ?? 0)
  }
  const actor = new Actor(id, workflow, execution, { seq, lanes, nth })
  actor.priority = priority
  return actor
}

/** The actor of the run that an execution goes on with after continueAsNew: the log has its first event. */
export async function nextRun({ pool, border }: Database, names: Names, { id, workflow, priority }: Actor, log: Log): Promise<Actor> {
  const rows = (await withReconnect(() => readRuns(pool, names, [id]))).get(id) ?? []
  return revive(id, workflow, await border.openRows(rows, 'payload'), log, priority)
}
