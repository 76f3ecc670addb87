// Answers of steps that ran here for executions owned elsewhere: into the inbox, in one commit with the end of the task.
import type { StepOutcome } from '../core/input.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { executeIn } from '../dispatch/execute-in.ts'
import { stepMessage } from '../dispatch/message.ts'
import { lockAddressees, post } from '../dispatch/post.ts'
import type { Database } from '../log/database.ts'
import type { Faults } from '../log/fault-points.ts'
import { Fenced, unfenced } from '../log/fenced.ts'
import { GroupCommit } from '../log/group-commit.ts'
import type { Names } from '../log/names.ts'

export interface Outcome {
  readonly task: string
  readonly execution: string
  readonly input: StepOutcome
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
    const messages = await database.border.sealRows(outcomes.map(({ execution, input }) => stepMessage(execution, input)), 'payload')
    await faults('outcome:before')
    await database.db.transaction().execute(async (trx) => {
      const execute = executeIn(trx)
      const { rows: me } = await execute(unfenced(names), [worker])
      if (me.length === 0) throw new Fenced(worker)
      const addressees = await lockAddressees(execute, names, outcomes.map(({ execution }) => execution))
      const removed = await trx.deleteFrom('tasks').where('id', 'in', outcomes.map(({ task }) => task)).where('worker', '=', worker).returning('id').execute()
      const mine = new Set(removed.map(({ id }) => id))
      await post(execute, dispatcher, names, addressees, messages.filter((_, i) => mine.has(outcomes[i]?.task ?? '')))
    })
    await faults('outcome:after')
    return outcomes.map(() => undefined)
  }
}
