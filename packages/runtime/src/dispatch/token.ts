import { randomBytes } from 'node:crypto'
import { z } from 'zod'

/** What a token is for; its secret is compared with the log's. */
export interface TokenAddress {
  readonly execution: string
  readonly command: string
}

// oxlint-disable-next-line no-control-regex -- what Postgres refuses in a text
const Text = z.string().regex(/^[^\0]*$/)
const Address = z.tuple([Text, Text])

/** A token that says where it belongs, with 192 random bits that nobody can guess. */
export function mintToken(execution: string, command: string): string {
  return `${Buffer.from(JSON.stringify([execution, command])).toString('base64url')}.${randomBytes(24).toString('base64url')}`
}

/** Where a token belongs; undefined if it is none. */
export function readToken(token: string): TokenAddress | undefined {
  if (typeof token !== 'string') return undefined
  const [address = '', secret] = token.split('.')
  if (secret === undefined) return undefined
  try {
    const [execution, command] = Address.parse(JSON.parse(Buffer.from(address, 'base64url').toString()))
    return { execution, command }
  } catch {
    return undefined // whatever it is, it is no token of ours
  }
}
