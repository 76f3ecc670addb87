import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { BatonError } from '@baton/sdk'
import type { CodedPayload, PayloadCodec } from '../payload-codec.ts'
import { PayloadUnreadable } from '../payload-errors.ts'

/** A key with the name it has in the database. */
export interface EncryptionKey {
  /** Stands in every row the key has encrypted, to be read by anyone: letters, digits, `.`, `_`, `-`; at most 100. */
  readonly id: string
  /** 32 random bytes, or the same in base64. */
  readonly key: Uint8Array | string
}

/** Options of `aesGcmCodec`. */
export interface AesGcmOptions {
  /** The first one encrypts; all of them decrypt. */
  readonly keys: readonly EncryptionKey[]
}

const ID = 'aes-256-gcm'
const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * A codec that encrypts payloads by AES-256 in Galois/Counter Mode, with a random nonce each, and notices any change of them.
 *
 * To rotate, give all processes the new key last in the list, then all of them the new key first; drop the old one when no row
 * names it any more.
 *
 * @throws BatonError `InvalidOption`.
 * @example
 * const payloads = { codecs: [aesGcmCodec({ keys: [{ id: '2026-07', key: process.env['PAYLOAD_KEY'] ?? '' }] })] }
 */
export function aesGcmCodec({ keys }: AesGcmOptions): PayloadCodec {
  return new AesGcmCodec(keys)
}

class AesGcmCodec implements PayloadCodec {
  readonly id = ID
  readonly #current: string
  readonly #keys: ReadonlyMap<string, KeyObject>

  constructor(keys: readonly EncryptionKey[]) {
    const [current] = keys
    if (!current) throw new BatonError('InvalidOption', 'aesGcmCodec needs a key at least.')
    this.#current = current.id
    this.#keys = new Map(keys.map(({ id, key }) => [checkId(id), secretKey(id, key)]))
    if (this.#keys.size < keys.length) throw new BatonError('InvalidOption', 'Two keys of aesGcmCodec have the same id; what they encrypted could not be told apart.')
  }

  async encode(payloads: readonly Uint8Array[]): Promise<readonly CodedPayload[]> {
    const key = this.#key(this.#current)
    return payloads.map((data) => ({ data: encrypt(key, this.#current, data), label: this.#current }))
  }

  async decode(payloads: readonly Required<CodedPayload>[]): Promise<readonly Uint8Array[]> {
    return payloads.map(({ data, label }) => decrypt(this.#key(label), label, data))
  }

  #key(id: string): KeyObject {
    const key = this.#keys.get(id)
    if (!key) throw new PayloadUnreadable(`${ID}:${id}`, 'the key is not among those given here')
    return key
  }
}

/** Nonce, ciphertext, tag. */
function encrypt(key: KeyObject, id: string, data: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(bound(id))
  return Buffer.concat([nonce, cipher.update(data), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: KeyObject, id: string, data: Uint8Array): Uint8Array {
  if (data.length < NONCE_BYTES + TAG_BYTES) throw new PayloadUnreadable(`${ID}:${id}`, 'it was cut off')
  const end = data.length - TAG_BYTES
  const cipher = createDecipheriv(ALGORITHM, key, data.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  cipher.setAAD(bound(id)).setAuthTag(data.subarray(end))
  try {
    return Buffer.concat([cipher.update(data.subarray(NONCE_BYTES, end)), cipher.final()])
  } catch (cause) {
    throw new PayloadUnreadable(`${ID}:${id}`, 'the key under that id is another one, or the bytes were changed', { cause })
  }
}

/** What is authenticated beside the bytes: bytes of another format or under another key's id are no payload of ours. */
function bound(id: string): Uint8Array {
  return Buffer.from(`baton payload 1 ${ID} ${id}`)
}

function checkId(id: string): string {
  if (/^[\w.-]{1,100}$/.test(id)) return id
  throw new BatonError('InvalidOption', `'${id}' is no id of a key: use letters, digits, '.', '_' and '-', at most 100.`)
}

function secretKey(id: string, key: Uint8Array | string): KeyObject {
  const bytes = typeof key === 'string' ? Buffer.from(key, 'base64') : key
  if (bytes.length === KEY_BYTES) return createSecretKey(bytes)
  throw new BatonError('InvalidOption', `The key '${id}' has ${bytes.length} bytes; AES-256 takes ${KEY_BYTES}, as Uint8Array or base64.`)
}
