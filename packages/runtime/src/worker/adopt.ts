import { BatonError } from '@baton/sdk'
import type { HistoryEvent } from '../core/history-event.ts'
import { replay } from '../core/replay.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { type LogRow, readHistories, toLogged } from '../log/read-history.ts'
import { Actor, type Delivery } from './actor.ts'
import { inWorkflow } from './ambient.ts'
import type { ClaimedExecution } from './claim.ts'
import { fromInbox, type InboxRow } from './outcomes.ts'
import type { Registered } from './registry.ts'
import { macrotask } from './turn-loop.ts'

/** A claimed execution brought back to life. */
export interface Adopted {
  readonly actor: Actor
  /** What waited in the inbox. */
  readonly deliveries: readonly Delivery[]
  /** Commands that are away: queued or taken, and not answered. */
  readonly away: ReadonlySet<string>
}

/** A claimed execution whose history this worker's code does not fit. */
export interface Misfit {
  readonly id: string
  readonly workflow: Registered
  readonly error: unknown
}

/** What the database knows of executions that have lived before. */
interface Past {
  readonly histories: ReadonlyMap<string, readonly LogRow[]>
  readonly inboxes: ReadonlyMap<string, readonly InboxRow[]>
  readonly away: ReadonlyMap<string, ReadonlySet<string>>
}

const NONE: ReadonlySet<string> = new Set()

/** Reads and replays what was claimed; a claimed execution is either adopted or a misfit. */
export async function adopt(
  database: Database,
  names: Names,
  claimed: readonly ClaimedExecution[],
  registry: ReadonlyMap<string, Registered>,
): Promise<readonly (Adopted | Misfit)[]> {
  const older = claimed.filter(({ fresh }) => !fresh).map(({ id }) => id)
  const past = older.length === 0 ? undefined : await readPast(database, names, older)
  return Promise.all(
    claimed.map(async ({ id, workflow, fresh, input }): Promise<Adopted | Misfit> => {
      const registered = registry.get(workflow)
      if (!registered) throw new TypeError(`Workflow '${workflow}' was claimed and is not served.`)
      try {
        if (fresh) return { actor: await revive(id, registered, [{ type: 'ExecutionStarted', input }]), deliveries: [], away: NONE }
        const rows = past?.histories.get(id) ?? []
        assertGapless(id, rows)
        const history = toLogged(rows).map(({ event }) => event)
        const actor = await revive(id, registered, history)
        return { actor, deliveries: (past?.inboxes.get(id) ?? []).map(fromInbox), away: past?.away.get(id) ?? NONE }
      } catch (error) {
        return { id, workflow: registered, error }
      }
    }),
  )
}

/** The place of the next event is the length of the history; a hole would put it onto another. */
function assertGapless(id: string, rows: readonly LogRow[]): void {
  const hole = rows.findIndex(({ seq }, i) => seq !== i + 1)
  if (hole < 0 && rows.length > 0) return
  throw new BatonError('HistoryGap', `The history of execution '${id}' has no event ${hole < 0 ? 1 : hole + 1}; its log was changed from outside.`)
}

async function readPast({ pool }: Database, names: Names, ids: readonly string[]): Promise<Past> {
  // The tasks and the inbox in one statement: a step that is answered meanwhile is in one of them or, after, in a NOTIFY.
  const [histories, { rows: waiting }] = await Promise.all([
    readHistories(pool, names, ids),
    pool.query<InboxRow & { execution_id: string; task: boolean }>({
      name: 'read-waiting',
      text: `select * from (
          select i.id::text as id, i.execution_id, i.command, i.payload, false as task from ${names.schema}.inbox i where i.execution_id = any($1)
          union all
          select t.id::text, t.execution_id, t.command, null::json, true from ${names.schema}.tasks t where t.execution_id = any($1)
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
  return { histories, inboxes, away }
}

async function revive(id: string, workflow: Registered, history: readonly HistoryEvent[]): Promise<Actor> {
  const execution = await replay(
    workflow.program,
    history,
    macrotask,
    (started, act) => inWorkflow({ sleep: (ms) => started.sleep(ms) }, act, id),
  )
  return new Actor(id, workflow, execution, history.length)
}
