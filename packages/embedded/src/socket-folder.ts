import { createHash } from 'node:crypto'
import { lstat, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

/** Only names the socket's file, `.s.PGSQL.5432`: nothing listens on TCP. */
export const port = 5432

// sockaddr_un.sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included.
const longestPath = 103

/** The folder of the socket: inside the root where the path is short enough, else a private one among the temporary files. */
export function chooseSocketFolder(root: string, temporary: string = tmpdir()): string {
  const name = `baton-pg-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`
  const candidates = [join(root, 'socket'), join(temporary, name)]
  return candidates.find(fits) ?? join('/tmp', name)
}

const fits = (folder: string): boolean => Buffer.byteLength(socketFile(folder)) <= longestPath

export function socketFile(folder: string, socketPort: number = port): string {
  return join(folder, `.s.PGSQL.${socketPort}`)
}

/**
 * Makes the folder, readable by its owner only: whoever reaches the socket is the superuser.
 *
 * @throws EmbeddedPostgresError `DataDirUnusable` when the name is taken by something another user could read or replace.
 */
export async function makeSocketFolder(folder: string, owners: readonly number[]): Promise<void> {
  await mkdir(folder, { mode: 0o700, recursive: true })
  const found = await lstat(folder)
  if (found.isDirectory() && owners.includes(found.uid) && (found.mode & 0o077) === 0) return
  throw new EmbeddedPostgresError(
    'DataDirUnusable',
    `The folder for the Postgres socket, ${folder}, is not a private folder of this user (it must be a directory with mode 0700). ` +
      'Remove it, or pass a shorter dataDir so that the socket fits inside.',
  )
}
