// Owns: the way back of updates and queries: the answer is written for whoever asked, and they are told.
import type { UpdateOutcome } from '../core/mailbox.ts'
import { answerKey } from '../dispatch/message.ts'
import type { Database } from '../log/database.ts'
import { GroupCommit } from '../log/group-commit.ts'
import type { Names } from '../log/names.ts'
import { withReconnect } from '../log/reconnect.ts'
import type { Encoded } from '../payload/codec.ts'
import { withCodecs } from './with-codecs.ts'

interface Written {
  readonly id: string
  readonly execution: string
  /** The outcome as JSON text. */
  readonly payload: Encoded
  /** The row of the inbox that asked, where nothing else removes it. */
  readonly inbox: string | undefined
}

export class Answers {
  readonly #database: Database
  readonly #names: Names
  readonly #group: GroupCommit<Written, undefined>

  constructor(database: Database, names: Names) {
    this.#database = database
    this.#names = names
    this.#group = new GroupCommit({ max: 500, flush: async (answers) => {
      const sealed = await withCodecs(() => database.border.sealRows(answers, 'payload'))
      return withReconnect(() => this.#write(sealed))
    } })
  }

  /** Resolves once the answer can be read. */
  async send(execution: string, id: string, outcome: UpdateOutcome, inbox?: string): Promise<void> {
    await this.#group.submit({ execution, id: answerKey(execution, id), payload: JSON.stringify(outcome), inbox })
  }

  idle(): Promise<void> {
    return this.#group.idle()
  }

  async #write(answers: readonly Written[]): Promise<readonly undefined[]> {
    const { schema, answers: channel } = this.#names
    const unique = [...new Map(answers.map((answer) => [answer.id, answer])).values()]
    await this.#database.pool.query({
      name: 'answer',
      text: `with put as (
          insert into ${schema}.answers (id, execution_id, payload) select * from unnest($1::text[], $2::text[], $3::json[])
          on conflict (id) do update set payload = excluded.payload, at = now()
        ), done as (delete from ${schema}.inbox where id = any($4::bigint[]))
        select pg_notify('${channel}', case when octet_length($5) < 7900 then $5 else '*' end)`,
      values: [
        unique.map(({ id }) => id), unique.map(({ execution }) => execution), unique.map(({ payload }) => payload),
        answers.flatMap(({ inbox }) => (inbox === undefined ? [] : [inbox])), unique.map(({ id }) => id).join('\n'),
      ],
    })
    return answers.map(() => undefined)
  }
}
