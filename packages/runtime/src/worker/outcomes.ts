// Answers of steps that ran here for executions owned elsewhere: into the inbox, in one commit with the end of the task.
import { sql } from 'kysely'
import { z } from 'zod'
import type { Input } from '../core/input.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { executeIn } from '../dispatch/execute-in.ts'
import type { Job } from '../dispatch/job.ts'
import type { Database } from '../log/database.ts'
import type { Faults } from '../log/fault-points.ts'
import { Fenced } from '../log/fenced.ts'
import { GroupCommit } from '../log/group-commit.ts'
import type { Names } from '../log/names.ts'
import { Failure } from '../payload/failure.ts'
import type { Delivery } from './actor.ts'

export interface Outcome {
  readonly task: string
  readonly execution: string
  readonly input: Exclude<Input, { kind: 'timer' }>
}

export interface OutcomesOptions {
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly names: Names
  readonly worker: number
  readonly faults: Faults
}

const MAX_OUTCOMES = 500

export class Outcomes {
  readonly #options: OutcomesOptions
  readonly #group: GroupCommit<Outcome, undefined>
  #fenced = false

  constructor(options: OutcomesOptions) {
    this.#options = options
    this.#group = new GroupCommit({ max: MAX_OUTCOMES, flush: (outcomes) => this.#flush(outcomes) })
  }

  /** Resolves once the answer is committed; at once, without it, if this worker has been taken over: the task is not its. */
  async send(outcome: Outcome): Promise<void> {
    if (this.#fenced) return
    await this.#group.submit(outcome)
  }

  /** Takes no more answers: the identity is gone, and with it the tasks. */
  fence(): void {
    this.#fenced = true
  }

  idle(): Promise<void> {
    return this.#group.idle()
  }

  async #flush(outcomes: readonly Outcome[]): Promise<undefined[]> {
    const { database, dispatcher, names, worker, faults } = this.#options
    await faults('outcome:before')
    await database.db.transaction().execute(async (trx) => {
      const me = await trx.selectFrom('workers').select('id').where('id', '=', worker).where('fenced', '=', false).forShare().executeTakeFirst()
      if (!me) throw new Fenced(worker)
      // The lock on the execution's row makes parking and ending wait: they look into the inbox after they have it.
      const executions = await trx
        .selectFrom('executions')
        .select(['id', 'owner', 'queue', 'priority', 'status'])
        .where('id', 'in', [...new Set(outcomes.map(({ execution }) => execution))])
        .orderBy('id')
        .forNoKeyUpdate()
        .execute()
      const open = new Map(executions.filter(({ status }) => status !== 'completed' && status !== 'failed').map((row) => [row.id, row]))
      const removed = await trx.deleteFrom('tasks').where('id', 'in', outcomes.map(({ task }) => task)).where('worker', '=', worker).returning('id').execute()
      const mine = new Set(removed.map(({ id }) => id))
      const wanted = outcomes.filter(({ task, execution }) => mine.has(task) && open.has(execution))
      if (wanted.length === 0) return
      await trx.insertInto('inbox').values(wanted.map(toInbox)).execute()
      const owners = new Set<string>()
      const jobs: Job[] = []
      const unowned: string[] = []
      for (const { id, owner, queue, priority, status } of open.values()) {
        if (owner !== null) owners.add(names.inbox(owner))
        else if (status !== 'blocked') {
          unowned.push(id)
          jobs.push({ kind: 'execution', queue, execution: id, priority })
        }
      }
      await dispatcher.enqueue(executeIn(trx), jobs)
      // Due from now on, so that the sweep finds it should the job be lost.
      if (unowned.length > 0) await trx.updateTable('executions').set({ wake_at: sql<Date>`now()` }).where('id', 'in', unowned).execute()
      if (owners.size > 0) await sql`select pg_notify(channel, '') from unnest(${[...owners]}::text[]) channel`.execute(trx)
    })
    await faults('outcome:after')
    return outcomes.map(() => undefined)
  }
}

const Payload = z.union([
  z.object({ attempt: z.int(), output: z.string().nullable() }),
  z.object({ attempt: z.int(), failure: Failure, details: z.string().nullable().optional() }),
])

function toInbox({ execution, input }: Outcome): { execution_id: string; kind: string; command: string; payload: string } {
  const { attempt } = input
  const payload = input.kind === 'completed' ? { attempt, output: input.output } : { attempt, failure: input.failure, ...reported(input) }
  return { execution_id: execution, kind: 'step', command: input.command, payload: JSON.stringify(payload) }
}

/** The details of the attempt's last heartbeat, where it gave any. */
function reported(outcome: object): { readonly details?: unknown } {
  return 'details' in outcome ? { details: outcome.details } : {}
}

export interface InboxRow {
  readonly id: string
  readonly command: string
  readonly payload: string | null
}

export function fromInbox({ id, command, payload }: InboxRow): Delivery {
  const body = Payload.parse(JSON.parse(payload ?? 'null'))
  const input: Input = 'output' in body
    ? { kind: 'completed', command, attempt: body.attempt, output: body.output }
    : { kind: 'failed', command, attempt: body.attempt, failure: body.failure, ...reported(body) }
  return { input, inbox: id }
}
