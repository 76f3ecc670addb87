import { mkdir, realpath } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

/** Where things are inside one embedded Postgres's folder. */
export interface Layout {
  readonly root: string
  /** The Postgres cluster (PGDATA). */
  readonly cluster: string
  readonly users: string
  readonly lock: string
  /** Identity of the guardian process. */
  readonly guardian: string
  readonly log: string
  /** Full version of the server that was started last. */
  readonly version: string
}

export function layoutOf(root: string): Layout {
  return {
    root,
    cluster: join(root, 'data'),
    users: join(root, 'users'),
    lock: join(root, 'lock'),
    guardian: join(root, 'guardian'),
    log: join(root, 'server.log'),
    version: join(root, 'server.version'),
  }
}

/** Makes the folder if need be. Its real path is used, so that two spellings of one folder share one server. */
export async function openLayout(dataDir: string): Promise<Layout> {
  const folder = resolve(dataDir)
  try {
    await mkdir(dirname(folder), { recursive: true })
    await mkdir(folder, { mode: 0o700, recursive: true })
    return layoutOf(await realpath(folder))
  } catch (cause) {
    throw dataDirUnusable(folder, cause)
  }
}

export function dataDirUnusable(folder: string, cause: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'DataDirUnusable',
    `The folder for Postgres, ${folder}, cannot be used: ${cause instanceof Error ? cause.message : String(cause)}. ` +
      'Pass a dataDir this user may write to, or set DATABASE_URL to a server of your own.',
    { cause },
  )
}
