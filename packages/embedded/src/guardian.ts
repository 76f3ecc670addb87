import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, rm, writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { ifExists } from './file-errors.ts'
import type { Layout } from './layout.ts'
import { identify, isRunning } from './process-identity.ts'

/**
 * Starts the process that stops the server when all users are gone, unless it runs already. Called under the folder's lock.
 *
 * @throws EmbeddedPostgresError `StartFailed` when it cannot be started.
 */
export async function ensureGuardian(layout: Layout): Promise<void> {
  const known = await ifExists(readFile(layout.guardian, 'utf8'))
  if (known !== undefined && (await isRunning(known))) return
  await using log = await open(layout.log, 'a', 0o600)
  // Inherited options (an inspector, a loader) are meant for the user's program and would keep this one waiting or fail it.
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...env } = process.env
  const child = spawn(process.execPath, [program(), layout.root], {
    cwd: layout.root, env, detached: true, stdio: ['ignore', 'ignore', log.fd],
  })
  try {
    await once(child, 'spawn')
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'StartFailed',
      `The process that stops an unused Postgres could not be started with ${process.execPath}: ${String(cause)}.`,
      { cause },
    )
  }
  child.unref()
  const identity = child.pid === undefined ? undefined : await identify(child.pid)
  if (identity !== undefined) await writeFile(layout.guardian, identity)
}

/** Called by the guardian as its last act under the lock, so that the next user starts another one. */
export async function forgetGuardian(layout: Layout): Promise<void> {
  await rm(layout.guardian, { force: true })
}

/** Beside this file, in the form this file is in: source or compiled. */
const program = (): string => fileURLToPath(new URL(`./guardian-main${extname(import.meta.url)}`, import.meta.url))
