// What figures depend on, printed with them.
import { execFileSync } from 'node:child_process'
import { cpus, loadavg, totalmem, type as system, release } from 'node:os'
import type pg from 'pg'

const SHOWN = [
  'server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method', 'shared_buffers', 'max_wal_size',
  'max_connections',
]

export interface Environment {
  readonly date: string
  readonly commit: string
  readonly node: string
  readonly machine: string
  /** Of the last minute, before the run: others on the machine make figures worse. */
  readonly load: number
  readonly settings: Readonly<Record<string, string>>
}

export async function readEnvironment(client: pg.Client): Promise<Environment> {
  const { rows } = await client.query<{ name: string; value: string }>(
    'select name, current_setting(name) as value from pg_settings where name = any($1) order by array_position($1, name)',
    [SHOWN],
  )
  const processors = cpus()
  return {
    date: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    machine: `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${system()} ${release()}`,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    settings: Object.fromEntries(rows.map(({ name, value }) => [name, value])),
  }
}

/** @throws Error unless a commit here is one that survives a power cut. */
export function assertDurable({ settings }: Environment): void {
  const wrong = ['fsync', 'synchronous_commit', 'full_page_writes'].filter((name) => ['off', 'local'].includes(settings[name] ?? 'off'))
  if (wrong.length === 0) return
  throw new Error(
    `The server has ${wrong.map((name) => `${name} = ${settings[name]}`).join(', ')}. Figures of commits that may be lost say nothing; switch it on.`,
  )
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8', cwd: import.meta.dirname }).trim()
  } catch {
    return 'unknown'
  }
}
