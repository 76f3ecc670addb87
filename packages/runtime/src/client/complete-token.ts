import { BatonError } from '@baton/sdk'
import { tokenMessage } from '../dispatch/message.ts'
import { readToken } from '../dispatch/token.ts'
import { withReconnect } from '../log/reconnect.ts'
import { type Encoded } from '../payload/codec.ts'
import type { Failure } from '../payload/failure.ts'
import type { Connection } from './connection.ts'

/** A token that is none, or whose wait is over. */
export class InvalidToken extends BatonError {
  static override readonly kind = 'InvalidToken'

  constructor(why: string) {
    super('InvalidToken', `The token cannot be completed: ${why}.`)
  }
}

/**
 * Ends the wait of a token.
 *
 * @throws InvalidToken, ExecutionNotFound, ExecutionEnded; nothing is written then.
 */
export async function completeToken(connection: Connection, token: string, outcome: { readonly output: Encoded } | { readonly failure: Failure }): Promise<void> {
  const address = readToken(token)
  if (!address) throw new InvalidToken('it is not one that externalToken() or approval() has made')
  const { execution, command } = address
  const { schema } = connection.names
  // A token made in an iteration of a forEach stands in the log of that iteration.
  const { rows } = await withReconnect(() => connection.database.pool.query<{ type: string; token: string | null }>({
    name: 'read-token',
    text: `select type, meta->>'token' as token from ${schema}.events
        where (execution_id = $1 or starts_with(execution_id, $1 || E'\\x1f')) and command = $2
          and type in ('TokenIssued', 'TokenCompleted', 'TokenFailed')
      union all select 'TokenCompleted', payload->>'token' from ${schema}.inbox where execution_id = $1 and kind = 'token' and command = $2`,
    values: [execution, command],
  }))
  if (!rows.some((row) => row.type === 'TokenIssued' && row.token === token)) throw new InvalidToken('the workflow has not made it')
  if (rows.some((row) => row.type !== 'TokenIssued' && (row.token === null || row.token === token))) throw new InvalidToken('it was completed before')
  await connection.post.send(tokenMessage(execution, command, token, outcome))
}
