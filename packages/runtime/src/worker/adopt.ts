import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { fromInbox, type InboxRow, type Received } from '../dispatch/message.ts'
import type { Encoded } from '../payload/codec.ts'
import type { LogRow } from '../log/read-history.ts'
import type { Actor } from './actor.ts'
import type { ClaimedExecution } from './claim.ts'
import type { Log } from './log.ts'
import type { Registered } from './registry.ts'
import { reviveAll, reviveOne } from './revive.ts'

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
  const older = claimed.filter(({ fresh }) => !fresh)
  const [past, revived] = older.length === 0 ? [] : await Promise.all([readPast(database, names, older.map(({ id }) => id)), reviveAll(database, names, older, log)])
  return Promise.all(
    claimed.map(async ({ id, workflow, before, takeovers, priority, fresh, input, meta, at }): Promise<Adopted | Misfit> => {
      try {
        if (fresh) {
          const row: LogRow = { execution_id: id, seq: 1, type: 'ExecutionStarted', command: null, payload: input, meta, at, lane: null, nth: null }
          const actor = await reviveOne(id, workflow, await border.openRows([row], 'payload'), log, priority)
          actor.takeovers = takeovers
          return { actor, messages: [], away: NONE, reports: [] }
        }
        const found = revived?.get(id)
        if (!found || 'error' in found) throw found?.error
        const { actor } = found
        const inbox = await border.openRows(past?.inboxes.get(id) ?? [], 'payload')
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

async function readPast({ pool }: Database, names: Names, ids: readonly string[]): Promise<Past> {
  // The tasks and the inbox in one statement: a step that is answered meanwhile is in one of them or, after, in a NOTIFY.
  const [reports, { rows: waiting }] = await Promise.all([
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
  return { inboxes, away, reports }
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
