// Owns: how an execution comes into being: its row, its first event and who is to have it, in one commit that concurrent starts share.
import { queueExecutions } from '../dispatch/create-executions.ts'
import { type Gift, type Gifts, giveExecutions, givenTo } from '../dispatch/give-executions.ts'
import type { NewExecution } from '../dispatch/new-execution.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { isDuplicate } from '../log/connection-loss.ts'
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
    const made = new Set(await this.#give(sealed))
    return starts.map((start) => made.has(start.id) && first.get(start.id) === start)
  }

  /** Those that no live worker can be given wait for one. Returns the ids of those that did not exist. */
  async #give(starts: readonly NewExecution[], again = false): Promise<readonly string[]> {
    const { takers } = this.#dispatcher
    const places = await takers.choose(starts)
    const gifts = starts.map((execution, i): Gift => ({ execution, place: places[i] }))
    const { made, left } = await this.#hand(gifts)
    if (left.length === 0) return [...made]
    if (again || places.every((place) => place === undefined)) return [...made, ...(await this.#queue(left))]
    await takers.refresh()
    return [...made, ...(await this.#give(left, true))]
  }

  /** Workers of this process have theirs from us; who was told by a commit that we do not know of looks for himself. */
  async #hand(gifts: readonly Gift[]): Promise<Gifts> {
    const here = Map.groupBy(gifts.filter(({ place }) => place?.local), ({ place }) => place?.local)
    try {
      const given = await giveExecutions(executePrepared(this.#database.pool), this.#names, gifts, 'by hand')
      for (const [local, mine] of here) {
        local?.give(mine.flatMap(({ execution, place }) => (place && given.made.has(execution.id) ? [givenTo(place, execution, given.at)] : [])))
      }
      return given
    } catch (error) {
      // Created meanwhile by somebody else: that must not be in the way of the others.
      if (isDuplicate(error)) return await giveExecutions(executePrepared(this.#database.pool), this.#names, gifts, 'told')
      for (const local of here.keys()) local?.missed()
      throw error
    }
  }

  async #queue(starts: readonly NewExecution[]): Promise<ReadonlySet<string>> {
    if (starts.length === 0) return new Set()
    await this.#dispatcher.prepare(starts)
    return transaction(this.#database.pool, (execute) => queueExecutions(execute, this.#dispatcher, this.#names, starts))
  }

  /** As `createExecutions` wants them. */
  async sealed(starts: readonly NewExecution[]): Promise<readonly NewExecution[]> {
    const { border } = this.#database
    if (!border.seals) return starts
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
