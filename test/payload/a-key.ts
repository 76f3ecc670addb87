import { createHash } from 'node:crypto'
import type { EncryptionKey } from '@baton/runtime'

/** A key of its own for each id and salt, the same in every process. */
export function aKey(id: string, salt = ''): EncryptionKey & { readonly key: Uint8Array } {
  return { id, key: createHash('sha256').update(`${id} ${salt}`).digest() }
}
