import { BatonError } from '@baton/sdk'
import { tokenMessage } from '../dispatch/message.ts'
import { readToken } from '../dispatch/token.ts'
import { type Encoded } from '../payload/codec.ts'
import type { Failure } from '../payload/failure.ts'
import type { Connection } from './connection.ts'

/** Why a token is refused: no workflow has made it, its run is over, or it was completed before. */
export type TokenRefusal = 'unknown' | 'over' | 'used'

/** A token that is none, or whose wait is over. */
export class InvalidToken extends BatonError {
  static override readonly kind = 'InvalidToken'
  readonly reason: TokenRefusal

  constructor(reason: TokenRefusal, why: string) {
    super('InvalidToken', `The token cannot be completed: ${why}.`)
    this.reason = reason
  }
}

/** What the log, or the inbox behind it, says of a command that waits for a token. */
export interface TokenRow {
  readonly type: string
  /** Null in the log where the type is not `TokenIssued`. */
  readonly token: string | null
}

/**
 * Refuses a token that nobody waits for; `rows` are in the order of the log, for each run issues a token of its own.
 *
 * @throws InvalidToken.
 */
export function assertAwaited(rows: readonly TokenRow[], token: string): void {
  const issued = rows.findIndex((row) => row.type === 'TokenIssued' && row.token === token)
  if (issued < 0) throw new InvalidToken('unknown', 'the workflow has not made it')
  const next = rows[issued + 1]
  if (next?.type === 'TokenIssued') throw new InvalidToken('over', 'the run that made it is over')
  if (next || rows.some((row) => row.type !== 'TokenIssued' && row.token === token)) throw new InvalidToken('used', 'it was completed before')
}

/**
 * Ends the wait of a token. If the connection breaks meanwhile it may be refused as used, by this very call.
 *
 * @throws InvalidToken, ExecutionNotFound, ExecutionEnded; nothing is written then.
 */
export async function completeToken(connection: Connection, token: string, outcome: { readonly output: Encoded } | { readonly failure: Failure }): Promise<void> {
  const address = readToken(token)
  if (!address) throw new InvalidToken('unknown', 'it is not one that externalToken() or approval() has made')
  const { execution, command } = address
  const { schema } = connection.names
  // Nobody else can complete it between the check and the message. A token made in an iteration of a forEach stands in the log of
  // that iteration.
  await connection.post.sendChecked(tokenMessage(execution, command, token, outcome), async (execute) => {
    const { rows } = await execute(
      `select type, meta->>'token' as token, execution_id as log, seq from ${schema}.events
        where (execution_id = $1 or starts_with(execution_id, $1 || E'\\x1f')) and command = $2
          and type in ('TokenIssued', 'TokenCompleted', 'TokenFailed')
      union all select 'TokenCompleted', payload->>'token', null, null from ${schema}.inbox where execution_id = $1 and kind = 'token' and command = $2
      order by log nulls last, seq`,
      [execution, command],
    )
    assertAwaited(rows as TokenRow[], token)
  })
}
