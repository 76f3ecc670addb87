import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { expect } from 'vitest'

/** Pid of the server as its pid file has it; undefined when there is no file, as after a clean stop. */
export async function serverPid(dataDir: string): Promise<number | undefined> {
  try {
    return Number.parseInt(await readFile(join(dataDir, 'data', 'postmaster.pid'), 'utf8'), 10)
  } catch {
    return undefined
  }
}

export function processExists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Waits until the server has ended of itself; `within` in milliseconds. */
export function untilStopped(dataDir: string, within = 15_000): Promise<void> {
  return expect.poll(() => serverPid(dataDir), { timeout: within, interval: 20 }).toBeUndefined()
}

export async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows }: { rows: unknown[] } = await client.query(sql)
    return rows
  } finally {
    await client.end()
  }
}
