import { createHash } from 'node:crypto'
import { BatonError } from '@baton/sdk'
import type { CodedPayload, PayloadCodec } from '../payload-codec.ts'
import { PayloadUnreadable } from '../payload-errors.ts'
import type { PayloadStore } from './payload-store.ts'

/** Options of `offload`. */
export interface OffloadOptions {
  readonly store: PayloadStore
  /** Payloads of more bytes than this go to the store; default 131,072 (128 KiB). */
  readonly threshold?: number
}

const ID = 'offload'
const THRESHOLD = 128 * 1024
/** Transfers of one batch at a time. */
const MAX_TRANSFERS = 16

/**
 * A codec that keeps large payloads in a store and leaves their key in the log.
 *
 * It belongs behind a codec that encrypts, so that the store gets what is encrypted.
 *
 * @throws BatonError `InvalidOption`.
 * @example
 * const payloads = { codecs: [aesGcmCodec({ keys }), offload({ store: fileStore({ directory: '/srv/payloads' }) })] }
 */
export function offload({ store, threshold = THRESHOLD }: OffloadOptions): PayloadCodec {
  if (!Number.isInteger(threshold) || threshold < 0) throw new BatonError('InvalidOption', `threshold is ${threshold}; give a number of bytes.`)
  return {
    id: ID,
    encode: (payloads) => each(payloads, async (data) => (data.length > threshold ? { data: new Uint8Array(), label: await put(store, data) } : undefined)),
    decode: (payloads) => each(payloads, (payload) => get(store, payload)),
  }
}

async function put(store: PayloadStore, data: Uint8Array): Promise<string> {
  const key = hash(data)
  await store.put(key, data)
  return key
}

async function get(store: PayloadStore, { label }: Required<CodedPayload>): Promise<Uint8Array> {
  const stage = `${ID}:${label}`
  if (!/^[0-9a-f]{64}$/.test(label)) throw new PayloadUnreadable(stage, 'that is no key of a store')
  const data = await store.get(label)
  if (!data) throw new PayloadUnreadable(stage, 'the store has nothing under that key; is it the store of those who wrote it')
  if (hash(data) !== label) throw new PayloadUnreadable(stage, 'what the store has under that key was changed or cut off')
  return data
}

function hash(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** Applies `act` to all, a bounded number at a time; the results stand in the order of the items. */
async function each<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  const entries = items.entries() // shared: each runner takes the next
  const runner = async (): Promise<void> => {
    for (const [i, item] of entries) results[i] = await act(item)
  }
  await Promise.all(Array.from({ length: Math.min(MAX_TRANSFERS, items.length) }, runner))
  return results
}
