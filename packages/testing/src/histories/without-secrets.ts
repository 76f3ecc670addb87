import { createHash } from 'node:crypto'
import { type EventRow, fromRow, toRow } from '@baton/runtime/core'

/**
 * A row without the token it may have: whoever reads an exported history could end the wait of an execution that is in flight. The
 * stand-in is the token's hash, so that two tokens stay two; the program hands it on, as it did with the token.
 */
export function withoutSecrets<R extends EventRow>(row: R): R {
  if (row.type !== 'TokenIssued') return row
  const event = fromRow(row)
  if (event.type !== 'TokenIssued') return row
  return { ...row, ...toRow({ ...event, token: `token-${createHash('sha256').update(event.token).digest('base64url').slice(0, 22)}` }) }
}
