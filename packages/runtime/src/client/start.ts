// Owns: how an execution comes into being: its row, its first event and its job, in one commit that concurrent starts share.
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { bossQueue } from '../dispatch/job.ts'
import type { Database } from '../log/database.ts'
import { GroupCommit } from '../log/group-commit.ts'
import { type Execute, executeAnywhere, transaction } from '../log/transaction.ts'
import type { Names } from '../log/names.ts'
import type { Encoded } from '../payload/codec.ts'
import { assertSameStart } from './start-rules.ts'

/** An execution to be, its input checked and encoded. */
export interface NewStart {
  readonly id: string
  readonly workflow: string
  readonly version: string
  readonly queue: string
  readonly input: Encoded
  /** Whether somebody waits for the result already. */
  readonly awaited: boolean
  /** Among executions that wait for a worker the higher goes first. */
  readonly priority: number
}

const MAX_STARTS = 500

export class Starter {
  readonly #database: Database
  readonly #dispatcher: Dispatcher
  readonly #names: Names
  readonly #group: GroupCommit<NewStart, boolean>

  constructor(database: Database, dispatcher: Dispatcher, names: Names) {
    this.#database = database
    this.#dispatcher = dispatcher
    this.#names = names
    this.#group = new GroupCommit({ max: MAX_STARTS, flush: (starts) => this.#flush(starts) })
  }

  /**
   * Starts an execution unless its id exists.
   *
   * @throws ExecutionIdReused if it exists with another workflow or input.
   */
  async start(start: NewStart): Promise<void> {
    const created = await this.#group.submit(start)
    if (!created) await this.#assertSame(executeAnywhere(this.#database.pool), start)
  }

  /** The same inside the caller's transaction: it starts when that commits. */
  async startWithin(execute: Execute, start: NewStart): Promise<void> {
    await this.#dispatcher.ensureQueue(start.queue)
    const created = await this.#insert(execute, [start])
    if (created.size === 0) await this.#assertSame(execute, start)
  }

  async #flush(starts: readonly NewStart[]): Promise<readonly boolean[]> {
    for (const queue of new Set(starts.map((start) => start.queue))) await this.#dispatcher.ensureQueue(queue)
    // An id that comes twice in one flush is one execution, and the second a repetition.
    const first = new Map<string, NewStart>()
    for (const start of starts) if (!first.has(start.id)) first.set(start.id, start)
    const created = await transaction(this.#database.pool, (execute) => this.#insert(execute, [...first.values()]))
    return starts.map((start) => created.has(start.id) && first.get(start.id) === start)
  }

  async #insert(execute: Execute, starts: readonly NewStart[]): Promise<ReadonlySet<string>> {
    const { schema, jobs } = this.#names
    const { rows } = await execute(
      `with given as (
        select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[], $6::json[], $8::int[]) g (id, workflow, version, queue, awaited, input, priority)
      ), made as (
        insert into ${schema}.executions (id, workflow, version, queue, awaited, priority)
        select id, workflow, version, queue, awaited, priority from given order by id on conflict (id) do nothing returning id
      ), logged as (
        insert into ${schema}.events (execution_id, seq, type, payload)
        select id, 1, 'ExecutionStarted', input from given join made using (id)
      ), woken as (
        select pg_notify('${jobs}', name) from unnest($7::text[]) name where exists (select from made)
      ) select id, (select count(*) from woken) as woken from made`,
      [
        starts.map(({ id }) => id), starts.map(({ workflow }) => workflow), starts.map(({ version }) => version),
        starts.map(({ queue }) => queue), starts.map(({ awaited }) => awaited), starts.map(({ input }) => input),
        [...new Set(starts.map(({ queue }) => bossQueue('execution', queue)))], starts.map(({ priority }) => priority),
      ],
    )
    const created = new Set((rows as { id: string }[]).map(({ id }) => id))
    const fresh = starts.filter(({ id }) => created.has(id))
    await this.#dispatcher.enqueueQuietly(execute, fresh.map(({ id, queue, priority }) => ({ kind: 'execution', queue, execution: id, priority })))
    return created
  }

  async #assertSame(execute: Execute, start: NewStart): Promise<void> {
    const { schema } = this.#names
    const { rows } = await execute(
      `select x.workflow, e.payload::text as input from ${schema}.executions x
       join ${schema}.events e on e.execution_id = x.id and e.seq = 1 where x.id = $1`,
      [start.id],
    )
    const [found] = rows as { workflow: string; input: Encoded }[]
    if (!found) return // removed meanwhile; the caller's start counts as the earlier one
    assertSameStart(start.id, found, start)
  }
}
