/**
 * Where `offload` puts large payloads: bytes under a key that is the SHA-256 of them, in 64 hexadecimal digits.
 *
 * All processes of a deployment need the same one.
 */
export interface PayloadStore {
  /** Keeps the bytes: when it resolves they survive a crash. Bytes that are there already count as put now. */
  put(key: string, data: Uint8Array): Promise<void>
  /** The bytes, or `undefined` where there are none under the key. */
  get(key: string): Promise<Uint8Array | undefined>
  /** Forgets the bytes, if there are any. */
  delete(key: string): Promise<void>
}
