import { open, stat, truncate, type FileHandle } from 'node:fs/promises'
import { ifExists } from './file-errors.ts'

const largest = 5 * 1024 * 1024
const shown = 20

export interface ServerLog {
  readonly file: FileHandle
  /** What was written since this log was opened, the last lines of it. */
  tail(): Promise<string>
}

/** Opens the log for a server about to start; a log that has grown large begins anew. */
export async function openServerLog(path: string): Promise<ServerLog> {
  const size = (await ifExists(stat(path)))?.size ?? 0
  const start = size > largest ? 0 : size
  if (start < size) await truncate(path)
  const file = await open(path, 'a', 0o600)
  return { file, tail: () => readTail(path, start) }
}

async function readTail(path: string, start: number): Promise<string> {
  await using file = await open(path, 'r')
  const { size } = await file.stat()
  const from = Math.max(start, size - 16 * 1024)
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(Math.max(size - from, 0)), position: from })
  return lastLines(buffer.toString('utf8', 0, bytesRead))
}

export function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-shown).join('\n')
}
