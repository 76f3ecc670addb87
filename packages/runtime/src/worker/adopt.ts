import { replay } from '../core/replay.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { type LoggedEvent, readHistories, toLogged } from '../log/read-history.ts'
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

/** Reads and replays what was claimed; a claimed execution is either adopted or a misfit. */
export async function adopt(
  { pool }: Database,
  names: Names,
  claimed: readonly ClaimedExecution[],
  registry: ReadonlyMap<string, Registered>,
): Promise<readonly (Adopted | Misfit)[]> {
  const ids = claimed.map(({ id }) => id)
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
  return Promise.all(
    claimed.map(async ({ id, workflow }): Promise<Adopted | Misfit> => {
      const registered = registry.get(workflow)
      if (!registered) throw new TypeError(`Workflow '${workflow}' was claimed and is not served.`)
      try {
        const actor = await revive(id, registered, toLogged(histories.get(id) ?? []))
        return { actor, deliveries: (inboxes.get(id) ?? []).map(fromInbox), away: away.get(id) ?? new Set() }
      } catch (error) {
        return { id, workflow: registered, error }
      }
    }),
  )
}

async function revive(id: string, workflow: Registered, history: readonly LoggedEvent[]): Promise<Actor> {
  const execution = await replay(
    workflow.program,
    history.map(({ event }) => event),
    macrotask,
    (started, act) => inWorkflow({ sleep: (ms) => started.sleep(ms) }, act, id),
  )
  return new Actor(id, workflow, execution, history.at(-1)?.seq ?? 0)
}
