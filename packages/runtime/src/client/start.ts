// Owns: how an execution comes into being: its row, its first event and who is to have it, in one commit that concurrent starts share.
import { assignExecutions, type NewExecution, queueExecutions } from '../dispatch/create-executions.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { Database } from '../log/database.ts'
import { GroupCommit } from '../log/group-commit.ts'
import { type Execute, executeAnywhere, executePrepared, transaction } from '../log/transaction.ts'
import type { Names } from '../log/names.ts'
import type { Encoded } from '../payload/codec.ts'
import { assertSameStart } from './start-rules.ts'

const MAX_STARTS = 500

export class Starter {
  readonly #database: Database
  readonly #dispatcher: Dispatcher
  readonly #names: Names
  readonly #group: GroupCommit<NewExecution, boolean>

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
  async start(start: NewExecution): Promise<void> {
    const created = await this.#group.submit(start)
    if (!created) await this.#assertSame(executeAnywhere(this.#database.pool), start)
  }

  /** The same inside the caller's transaction: it starts when that commits. */
  async startWithin(execute: Execute, start: NewExecution): Promise<void> {
    await this.#dispatcher.ensureQueue(start.queue)
    const created = await queueExecutions(execute, this.#dispatcher, this.#names, await this.sealed([start]))
    if (created.size === 0) await this.#assertSame(execute, start)
  }

  async #flush(starts: readonly NewExecution[]): Promise<readonly boolean[]> {
    // An id that comes twice in one flush is one execution, and the second a repetition.
    const first = new Map<string, NewExecution>()
    for (const start of starts) if (!first.has(start.id)) first.set(start.id, start)
    const sealed = await this.sealed([...first.values()])
    const assigned = await assignExecutions(executePrepared(this.#database.pool), this.#names, sealed)
    const queued = await this.#queue(sealed.filter(({ id }) => !assigned.has(id)))
    return starts.map((start) => (assigned.has(start.id) || queued.has(start.id)) && first.get(start.id) === start)
  }

  /** Those that no live worker could be given, or that exist. */
  async #queue(starts: readonly NewExecution[]): Promise<ReadonlySet<string>> {
    if (starts.length === 0) return new Set()
    await this.#dispatcher.prepare(starts)
    return transaction(this.#database.pool, (execute) => queueExecutions(execute, this.#dispatcher, this.#names, starts))
  }

  /** As `createExecutions` wants them. */
  async sealed(starts: readonly NewExecution[]): Promise<readonly NewExecution[]> {
    const { border } = this.#database
    return border.sealRows(await border.sealRows(starts, 'input'), 'memo')
  }

  async #assertSame(execute: Execute, start: NewExecution): Promise<void> {
    const { schema } = this.#names
    const { rows } = await execute(
      `select x.workflow, e.payload::text as input from ${schema}.executions x
       join ${schema}.events e on e.execution_id = x.id and e.seq = 1 where x.id = $1`,
      [start.id],
    )
    const [found] = rows as { workflow: string; input: Encoded }[]
    if (!found) return // removed meanwhile; the caller's start counts as the earlier one
    const [input = null] = await this.#database.border.open([found.input]) // as values: sealed texts differ each time
    assertSameStart(start.id, { ...found, input }, start)
  }
}
