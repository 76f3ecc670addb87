// Steps that are away from their owner. The row is written with the job, in the transaction of the turn that asked for the
// step; it goes with the answer, in the transaction that puts that into the inbox.
import { z } from 'zod'
import type { Execute } from '../log/transaction.ts'
import type { Names } from '../log/names.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { ExecutionJob } from './job.ts'
import { type NewMessage, send as sendMessages } from './post.ts'

/** In place of a command's identity: the task is a query of an execution that nobody owns, to be answered from its log. */
export const QUERY_COMMAND = 'baton:query'

/** What a worker needs to run a step it does not own. */
export const TaskData = z.object({
  workflow: z.string(),
  /** The version that asked for it; of tasks of an older release not known. */
  version: z.string().optional(),
  step: z.string(),
  attempt: z.int().min(1),
  /** JSON text as the codec wrote it. */
  args: z.string().nullable(),
  /** What the attempt before reported by heartbeats. */
  details: z.string().nullable().optional(),
})
export type TaskData = z.infer<typeof TaskData>

/** A step to be sent to its queue. */
export interface NewTask {
  readonly kind: 'task'
  readonly id: string
  readonly queue: string
  readonly execution: string
  readonly command: string
  /** Among those that wait on the queue the higher goes first; default 0. */
  readonly priority?: number
  readonly data: TaskData
}

/** Sends steps, executions and messages inside the caller's transaction; a step that is away already stays as it is. */
export async function send(
  dispatcher: Dispatcher,
  names: Names,
  execute: Execute,
  wanted: readonly (NewTask | ExecutionJob | NewMessage)[],
): Promise<void> {
  const tasks = wanted.filter((each) => each.kind === 'task')
  const executions = wanted.filter((each) => each.kind === 'execution')
  const messages = wanted.filter((each) => each.kind === 'message')
  if (messages.length > 0) await sendMessages(execute, dispatcher, names, messages)
  if (tasks.length > 0) {
    await execute(
      `insert into ${names.schema}.tasks (id, execution_id, command, queue, data, priority)
       select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::json[], $6::int[]) on conflict (id) do nothing`,
      [
        tasks.map(({ id }) => id), tasks.map(({ execution }) => execution), tasks.map(({ command }) => command),
        tasks.map(({ queue }) => queue), tasks.map(({ data }) => JSON.stringify(data)), tasks.map(({ priority = 0 }) => priority),
      ],
    )
  }
  await dispatcher.enqueue(execute, [...executions, ...tasks.map(({ id, queue, priority = 0 }) => ({ kind: 'step', id, queue, priority }) as const)])
}

/** Takes back all steps of an execution that are away; those that run see their AbortSignal fire. */
export async function dropTasks(execute: Execute, { schema }: Names, execution: string): Promise<void> {
  await execute(
    `with gone as (delete from ${schema}.tasks where execution_id = $1 returning id, worker)
     select pg_notify('${schema}_inbox_' || worker, 'abort ' || id) from gone where worker is not null`,
    [execution],
  )
}
