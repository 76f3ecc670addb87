import type { PayloadStore } from '@baton/runtime'

export class MemoryStore implements PayloadStore {
  readonly kept = new Map<string, Uint8Array>()

  async put(key: string, data: Uint8Array): Promise<void> {
    this.kept.set(key, data)
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.kept.get(key)
  }

  async delete(key: string): Promise<void> {
    this.kept.delete(key)
  }
}
