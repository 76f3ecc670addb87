// Messages to executions: rows of `inbox`, written in the sender's transaction. Acknowledged is durable: the row stays until the
// commit of the owner that appends its event.
import { type ExecutionStatus, isEnded } from '../log/tables.ts'
import type { Names } from '../log/names.ts'
import type { Execute } from '../log/transaction.ts'
import type { Encoded } from '../payload/codec.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { Job } from './job.ts'

/** A message as it stands in the inbox. */
export interface NewMessage {
  readonly kind: 'message'
  readonly execution: string
  readonly type: InboxKind
  /** What it is about: a command, or the name of a signal, update or query. */
  readonly subject: string
  readonly payload: Encoded
}

type InboxKind = 'pause' | 'step' | 'signal' | 'update' | 'query' | 'stop' | 'kill' | 'child' | 'token'

/** How it stands with an execution that messages are for. */
export interface Addressee {
  readonly id: string
  readonly owner: number | null
  readonly queue: string
  readonly priority: number
  readonly status: ExecutionStatus
}

/**
 * Locks the executions that messages are for, in the order of their ids: parking and ending wait for us, and look into the inbox
 * after they have the lock.
 */
export async function lockAddressees(execute: Execute, { schema }: Names, ids: readonly string[]): Promise<ReadonlyMap<string, Addressee>> {
  const { rows } = await execute(
    `select id, owner, queue, priority, status from ${schema}.executions where id = any($1) order by id for no key update`,
    [[...new Set(ids)]],
  )
  return new Map((rows as Addressee[]).map((row) => [row.id, row]))
}

/** Writes messages to executions that are locked, and sees to it that somebody reads them. Those to ended ones are left out. */
export async function post(
  execute: Execute, dispatcher: Dispatcher, names: Names, addressees: ReadonlyMap<string, Addressee>, messages: readonly NewMessage[],
): Promise<void> {
  const { schema } = names
  const wanted = messages.filter(({ execution }) => {
    const addressee = addressees.get(execution)
    return addressee !== undefined && !isEnded(addressee.status)
  })
  if (wanted.length === 0) return
  await execute(
    `insert into ${schema}.inbox (execution_id, kind, command, payload)
     select e, k, c, p from unnest($1::text[], $2::text[], $3::text[], $4::json[]) with ordinality m (e, k, c, p, n) order by n`,
    [
      wanted.map(({ execution }) => execution), wanted.map(({ type }) => type), wanted.map(({ subject }) => subject),
      wanted.map(({ payload }) => payload),
    ],
  )
  const owners = new Set<string>()
  const unowned: string[] = []
  const jobs: Job[] = []
  for (const id of new Set(wanted.map(({ execution }) => execution))) {
    const { owner = null, queue = '', priority = 0, status } = addressees.get(id) ?? {}
    if (owner !== null) owners.add(names.inbox(owner))
    else if (status !== 'blocked' && status !== 'paused') {
      unowned.push(id)
      jobs.push({ kind: 'execution', queue, execution: id, priority })
    }
  }
  await dispatcher.enqueue(execute, jobs)
  // Due from now on, so that the sweep finds it should the job be lost.
  if (unowned.length > 0) await execute(`update ${schema}.executions set wake_at = now() where id = any($1)`, [unowned])
  if (owners.size > 0) await execute(`select pg_notify(channel, '') from unnest($1::text[]) channel`, [[...owners]])
}

/** Both in one, where the sender has no use for how it stands with them. */
export async function send(execute: Execute, dispatcher: Dispatcher, names: Names, messages: readonly NewMessage[]): Promise<ReadonlyMap<string, Addressee>> {
  const addressees = await lockAddressees(execute, names, messages.map(({ execution }) => execution))
  await post(execute, dispatcher, names, addressees, messages)
  return addressees
}
