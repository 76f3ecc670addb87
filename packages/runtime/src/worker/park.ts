import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { Job } from '../dispatch/job.ts'
import type { Database } from '../log/database.ts'
import type { Faults } from '../log/fault-points.ts'
import { Fenced, unfenced } from '../log/fenced.ts'
import type { Names } from '../log/names.ts'
import { type Execute, transaction } from '../log/transaction.ts'

export interface ParkOptions {
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly names: Names
  readonly worker: number
  readonly faults: Faults
}

/** An execution that is to leave memory. */
export interface Leaving {
  readonly execution: string
  readonly queue: string
  /** When it has something to do again, ms of the database's clock; undefined: when something comes in. */
  readonly wakeAt: number | undefined
  /** What it waits for, as JSON, for those who ask meanwhile. */
  readonly waits: string
  /** The message that asked for it to be set aside until it is resumed, whatever comes in meanwhile. */
  readonly pause?: string | undefined
}

/**
 * Gives up executions that have nothing to do: no owner, only a row and, where there is a deadline, a job for that time.
 * Returns those that are gone; the others stay, because something has come in meanwhile, or a pause was taken back, or they are not ours.
 *
 * The rows are locked before the inbox is read, in the order in which everybody locks them: a sender holds a lock on its
 * addressee too, so either we see its message or it sees that there is no owner and enqueues a job.
 *
 * @throws Fenced if this worker has been taken over.
 */
export async function park({ database, dispatcher, names, worker, faults }: ParkOptions, leaving: readonly Leaving[]): Promise<ReadonlySet<string>> {
  await faults('park:before')
  const gone = await transaction(database.pool, async (execute) => {
    const ours = await lock(execute, names, worker, leaving.map(({ execution }) => execution))
    const mine = leaving.filter(({ execution }) => ours.has(execution))
    const idle = mine.filter(({ pause }) => pause === undefined)
    const parked = await giveUp(execute, names, idle)
    await dispatcher.enqueue(execute, idle.flatMap(({ execution, queue, wakeAt }): readonly Job[] => (
      wakeAt === undefined || !parked.has(execution) ? [] : [{ kind: 'execution', queue, execution, priority: ours.get(execution) ?? 0, after: wholeMs(wakeAt) }]
    )))
    return new Set([...parked, ...(await setAside(execute, names, mine.filter(({ pause }) => pause !== undefined)))])
  })
  await faults('park:after')
  return gone
}

/** Those that are this worker's, with their priorities. */
async function lock(execute: Execute, names: Names, worker: number, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows: live } = await execute(unfenced(names), [worker])
  if (live.length === 0) throw new Fenced(worker)
  const { rows } = await execute(`select id, priority from ${names.schema}.executions where id = any($1) and owner = $2 order by id for update`, [ids, worker])
  return new Map((rows as { id: string; priority: number }[]).map(({ id, priority }) => [id, priority]))
}

/** A statement of its own after the lock: it sees what was sent until then. */
async function giveUp(execute: Execute, { schema }: Names, leaving: readonly Leaving[]): Promise<ReadonlySet<string>> {
  if (leaving.length === 0) return new Set()
  const { rows } = await execute(
    `update ${schema}.executions x
       set owner = null, wake_at = coalesce(l.wake_at, 'infinity'), takeovers = 0, deaths = null, waits = l.waits
     from unnest($1::text[], $2::timestamptz[], $3::json[]) l (id, wake_at, waits)
     where x.id = l.id and not exists (select from ${schema}.inbox where execution_id = l.id) returning x.id`,
    [
      leaving.map(({ execution }) => execution), leaving.map(({ wakeAt }) => (wakeAt === undefined ? null : wholeMs(wakeAt).toISOString())),
      leaving.map(({ waits }) => waits),
    ],
  )
  return new Set((rows as { id: string }[]).map(({ id }) => id))
}

/** The message is there no more where the pause was taken back. */
async function setAside(execute: Execute, { schema }: Names, leaving: readonly Leaving[]): Promise<ReadonlySet<string>> {
  if (leaving.length === 0) return new Set()
  const { rows } = await execute(
    `with leaving as (select * from unnest($1::text[], $2::bigint[], $3::json[]) l (id, pause, waits)),
      asked as (delete from ${schema}.inbox i using leaving l where i.id = l.pause returning i.id)
     update ${schema}.executions x set owner = null, status = 'paused', takeovers = 0, deaths = null, waits = l.waits
     from leaving l join asked on asked.id = l.pause where x.id = l.id returning x.id`,
    [leaving.map(({ execution }) => execution), leaving.map(({ pause }) => pause), leaving.map(({ waits }) => waits)],
  )
  return new Set((rows as { id: string }[]).map(({ id }) => id))
}

/** Never earlier than it is due. */
function wholeMs(at: number): Date {
  return new Date(Math.ceil(at))
}
