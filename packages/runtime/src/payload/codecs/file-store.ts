import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { PayloadStore } from './payload-store.ts'

/** Options of `fileStore`. */
export interface FileStoreOptions {
  /** Made when something is first put; one that all processes share. */
  readonly directory: string
}

/**
 * A store of payloads in a directory: a file each, complete or not there, on the disk before `put` resolves.
 *
 * @example const store = fileStore({ directory: '/srv/payloads' })
 */
export function fileStore({ directory }: FileStoreOptions): PayloadStore {
  return {
    async put(key, data) {
      const path = place(directory, key)
      if (!(await touch(path, data.length))) await write(directory, path, data)
      // Also where somebody else has written it: whether their folder is on the disk yet is not known.
      await sync(dirname(path))
    },
    async get(key) {
      return unlessMissing(readFile(place(directory, key)))
    },
    async delete(key) {
      await rm(place(directory, key), { force: true })
    },
  }
}

/** Two hundred and fifty-six folders, so that none has millions of files. */
function place(directory: string, key: string): string {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new TypeError(`'${key}' is no key of a payload: 64 hexadecimal digits.`)
  return join(directory, key.slice(0, 2), key.slice(2))
}

/** Whether the file is there, whole; then it becomes as young as if it had been written now. */
async function touch(path: string, size: number): Promise<boolean> {
  const found = await unlessMissing(stat(path))
  if (found?.size !== size) return false
  const now = new Date()
  return (await unlessMissing(utimes(path, now, now).then(() => true))) ?? false
}

/** Under another name first: a crash leaves no half file where `get` looks. */
async function write(directory: string, path: string, data: Uint8Array): Promise<void> {
  if (await mkdir(dirname(path), { recursive: true })) {
    await sync(directory)
    await sync(dirname(directory))
  }
  const draft = `${path}.${randomUUID()}`
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(data)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** A name survives a loss of power once its folder is on the disk; Windows has no such call, and needs none. */
async function sync(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
