import { createHash, randomUUID } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A file that was written. */
export interface Written {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

/**
 * Writes a file in one step: a reader, or whoever runs the step again after a crash, finds all of it or the one before.
 */
export async function writeWhole(folder: string, name: string, text: string): Promise<Written> {
  const path = join(folder, name)
  const draft = `${path}.${randomUUID()}.tmp`
  await mkdir(dirname(path), { recursive: true })
  await writeFile(draft, text)
  await rename(draft, path)
  return { name, bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') }
}
