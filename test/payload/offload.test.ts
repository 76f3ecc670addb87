import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileStore, offload, type PayloadCodec, type PayloadStore, PayloadUnreadable } from '@baton/runtime'
import { BatonError } from '@baton/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryStore } from './memory-store.ts'

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')

async function temporary(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'baton-payloads-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

async function files(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()
}

async function unreadable(codec: PayloadCodec, label: string): Promise<PayloadUnreadable> {
  const error: unknown = await codec.decode([{ data: new Uint8Array(), label }]).catch((thrown: unknown) => thrown)
  if (error instanceof PayloadUnreadable) return error
  throw new Error('It was read, or failed otherwise.', { cause: error })
}

describe('offload', () => {
  it('leaves what is small, and keeps of what is large the key alone', async () => {
    const store = new MemoryStore()
    const large = new Uint8Array(11).fill(7)
    const coded = await offload({ store, threshold: 10 }).encode([new Uint8Array(10), large])
    expect(coded).toEqual([undefined, { data: new Uint8Array(), label: sha256(large) }])
    expect([...store.kept.keys()]).toEqual([sha256(large)])
  })

  it('gives back what it took, each at its place', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1 }), { maxLength: 60 }), async (given) => {
      const codec = offload({ store: new MemoryStore(), threshold: 0 })
      const coded = (await codec.encode(given)).map((each) => ({ data: each?.data ?? new Uint8Array(), label: each?.label ?? '' }))
      expect(await codec.decode(coded)).toEqual(given)
    }))
  })

  it('moves sixteen at a time', async () => {
    let moving = 0
    let most = 0
    const store: PayloadStore = {
      async put() {
        most = Math.max(most, ++moving)
        await new Promise((resolve) => setImmediate(resolve))
        moving--
      },
      get: async () => undefined,
      delete: async () => {},
    }
    await offload({ store, threshold: 0 }).encode(Array.from({ length: 100 }, (_, i) => new Uint8Array([i])))
    expect(most).toBe(16)
  })

  it('says so when the store has nothing, or something else', async () => {
    const store = new MemoryStore()
    const codec = offload({ store })
    const key = sha256(new Uint8Array([1]))
    expect((await unreadable(codec, key)).message).toContain(`'offload:${key}': the store has nothing under that key`)
    await store.put(key, new Uint8Array([2]))
    expect((await unreadable(codec, key)).message).toContain('was changed or cut off')
  })

  it('asks no store for what is no key', async () => {
    const store: PayloadStore = Object.assign(new MemoryStore(), { get: () => Promise.reject(new Error('asked')) })
    for (const label of ['', '../../etc/passwd', 'a'.repeat(63)]) {
      expect((await unreadable(offload({ store }), label)).message).toContain('that is no key of a store')
    }
  })

  it('lets trouble of the store through as it is, to be tried again', async () => {
    const away = (): Promise<never> => Promise.reject(new Error('the store is away'))
    const codec = offload({ store: { put: away, get: away, delete: away }, threshold: 0 })
    await expect(codec.encode([new Uint8Array(1)])).rejects.toThrow('the store is away')
    await expect(codec.decode([{ data: new Uint8Array(), label: '0'.repeat(64) }])).rejects.toThrow('the store is away')
  })

  it.each([-1, 0.5, Number.NaN])('refuses a threshold of %d', (threshold) => {
    expect(() => offload({ store: new MemoryStore(), threshold })).toThrow(BatonError)
  })
})

describe('a store of files', () => {
  const data = new Uint8Array([1, 2, 3])
  const key = sha256(data)

  it('gives back what was put, also after a restart, and nothing for what was not', async () => {
    await using directory = await temporary()
    await fileStore({ directory: join(directory.path, 'not', 'yet') }).put(key, data)
    const store = fileStore({ directory: join(directory.path, 'not', 'yet') })
    expect(new Uint8Array((await store.get(key)) ?? [])).toEqual(data)
    expect(await store.get(sha256(new Uint8Array()))).toBeUndefined()
  })

  it('has one file for what is put many times at once, and no drafts', async () => {
    await using directory = await temporary()
    await Promise.all(Array.from({ length: 20 }, () => fileStore({ directory: directory.path }).put(key, data)))
    expect(await files(directory.path)).toEqual([join(directory.path, key.slice(0, 2), key.slice(2))])
  })

  it('leaves no draft where writing fails', async () => {
    await using directory = await temporary()
    const unwritable = { length: 1 } as Uint8Array
    await expect(fileStore({ directory: directory.path }).put(key, unwritable)).rejects.toThrow(TypeError)
    expect(await files(directory.path)).toEqual([])
  })

  it('a file that was cut off is noticed, and mended by the next put', async () => {
    await using directory = await temporary()
    const store = fileStore({ directory: directory.path })
    const codec = offload({ store, threshold: 0 })
    await codec.encode([data])
    const [file = ''] = await files(directory.path)
    await truncate(file, 2)
    expect((await unreadable(codec, key)).message).toContain('was changed or cut off')
    await codec.encode([data])
    expect(new Uint8Array(await readFile(file))).toEqual(data)
  })

  it('a half-written draft of a crash is never read', async () => {
    await using directory = await temporary()
    const store = fileStore({ directory: directory.path })
    await store.put(key, data)
    await store.delete(key)
    await writeFile(join(directory.path, key.slice(0, 2), `${key.slice(2)}.draft`), data.subarray(0, 1))
    expect(await store.get(key)).toBeUndefined()
  })

  it('forgets what is deleted, and what is not there too', async () => {
    await using directory = await temporary()
    const store = fileStore({ directory: directory.path })
    await store.put(key, data)
    await store.delete(key)
    await store.delete(key)
    expect(await store.get(key)).toBeUndefined()
  })

  it('reaches no file outside of its directory', async () => {
    await using directory = await temporary()
    const store = fileStore({ directory: directory.path })
    for (const wrong of ['../outside', '/etc/passwd', '']) {
      await expect(store.get(wrong)).rejects.toThrow(TypeError)
      await expect(store.put(wrong, data)).rejects.toThrow(TypeError)
      await expect(store.delete(wrong)).rejects.toThrow(TypeError)
    }
  })
})
