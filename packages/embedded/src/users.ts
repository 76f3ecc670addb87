/*
 * Who uses the server: one empty file a use, named `<process identity>.<uuid>`.
 *
 * Owns: the `users` folder. Does not own: the decision to stop the server (that needs the folder's lock).
 *
 *  1. A process that is killed leaves its files; they count for nothing, as its identity is not running any more.
 *  2. Joining, and counting in order to stop, happen under the lock: nobody joins a server that is being stopped.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { ifExists } from './file-errors.ts'
import { isRunning, ownIdentity } from './process-identity.ts'

export interface Seat {
  leave(): Promise<void>
}

export async function takeSeat(usersFolder: string): Promise<Seat> {
  await mkdir(usersFolder, { recursive: true, mode: 0o700 })
  const file = join(usersFolder, `${await ownIdentity()}.${randomUUID()}`)
  await writeFile(file, '', { flag: 'wx' })
  return { leave: () => rm(file, { force: true }) }
}

/** Whether a running process uses the server; forgets the uses of processes that are gone. */
export async function anyUsers(usersFolder: string): Promise<boolean> {
  let found = false
  for (const name of (await ifExists(readdir(usersFolder))) ?? []) {
    if (await isRunning(name.slice(0, name.lastIndexOf('.')))) found = true
    else await rm(join(usersFolder, name), { force: true })
  }
  return found
}
