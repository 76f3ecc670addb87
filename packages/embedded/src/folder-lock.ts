/*
 * Mutual exclusion between processes, by the existence of one symbolic link.
 *
 * Owns: the link and its stand-ins `<link>.<token>`. Does not own: what is done under the lock.
 *
 *  1. A symbolic link is created with its content in one system call, or not at all: a reader never sees a half-written holder.
 *  2. A token is used once, so "still the holder I saw" can be decided by comparing tokens.
 *  3. A link whose holder is not running is removed only by who holds the lock named after that holder's token, and only after
 *     looking again. Without this, a slow remover takes away the link of the next, living holder.
 *  4. Held for the length of one start or stop, never while somebody merely uses the server.
 */
import { readlink, symlink, unlink } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { errnoOf, ifExists } from './file-errors.ts'
import { poll } from './poll.ts'
import { isRunning, ownIdentity, type ProcessIdentity } from './process-identity.ts'

const patience = { timeoutMs: 180_000, intervalMs: 20 }

interface Holder {
  readonly token: string
  readonly process: ProcessIdentity
}

/**
 * Runs `work` while no other process runs work under the same path.
 *
 * @throws EmbeddedPostgresError `StartFailed` when a running process holds it for more than three minutes.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const release = await poll(() => tryLock(path), patience)
  if (release === undefined) throw await heldTooLong(path)
  try {
    return await work()
  } finally {
    await release()
  }
}

/** Takes the lock if it is free or its holder is gone; otherwise answers undefined at once. */
export async function tryLock(path: string): Promise<(() => Promise<void>) | undefined> {
  const held = await create(path)
  if (held !== undefined) return held
  const holder = await readHolder(path)
  if (holder === undefined || (await isRunning(holder.process))) return undefined
  await removeDead(path, holder)
  return undefined
}

async function create(path: string): Promise<(() => Promise<void>) | undefined> {
  try {
    await symlink(`${randomUUID()}/${await ownIdentity()}`, path)
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return undefined
    throw error
  }
  return () => unlink(path)
}

async function removeDead(path: string, holder: Holder): Promise<void> {
  const release = await tryLock(`${path}.${holder.token}`)
  if (release === undefined) return
  try {
    if ((await readHolder(path))?.token === holder.token) await unlink(path)
  } finally {
    await release()
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  const [token, identity] = (await ifExists(readlink(path)))?.split('/') ?? []
  return token === undefined || identity === undefined ? undefined : { token, process: identity }
}

async function heldTooLong(path: string): Promise<EmbeddedPostgresError> {
  const holder = await readHolder(path)
  const pid = holder === undefined ? 'unknown' : Number.parseInt(holder.process, 10)
  return new EmbeddedPostgresError(
    'StartFailed',
    `Process ${pid} has been starting or stopping the Postgres of this folder for ${patience.timeoutMs / 1000} s and holds ${path}. ` +
      'See whether that process hangs; end it and try again.',
  )
}
