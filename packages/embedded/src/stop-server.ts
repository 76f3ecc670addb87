import { rm, rmdir } from 'node:fs/promises'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { errnoOf } from './file-errors.ts'
import type { Layout } from './layout.ts'
import { poll } from './poll.ts'
import { findPostmaster, type Postmaster } from './postmaster.ts'
import { isRunning } from './process-identity.ts'
import { chooseSocketFolder, socketFile } from './socket-folder.ts'

// Fast shutdown, then immediate: that one loses nothing either, the next start recovers.
const endings = [['SIGINT', { timeoutMs: 30_000, intervalMs: 10 }], ['SIGQUIT', { timeoutMs: 10_000, intervalMs: 10 }]] as const

/**
 * Stops the server if there is one: clients are disconnected, data is written out.
 *
 * @throws EmbeddedPostgresError `StopFailed` when it cannot be signalled or does not end.
 */
export async function stopServer(layout: Layout): Promise<void> {
  const server = await findPostmaster(layout.cluster)
  if (server === undefined) return
  const gone = async () => ((await isRunning(server.identity)) ? undefined : true)
  for (const [name, timing] of endings) {
    signal(server, name)
    if (await poll(gone, timing)) return removeSocketFolder(layout, server)
  }
  throw new EmbeddedPostgresError(
    'StopFailed',
    `Postgres (pid ${server.pid}) on ${layout.cluster} did not end after SIGINT and SIGQUIT. See ${layout.log}, and end it by hand.`,
  )
}

/** It may be among the temporary files, where nobody would ever clear it away. */
async function removeSocketFolder(layout: Layout, server: Postmaster): Promise<void> {
  if (server.socketFolder !== chooseSocketFolder(layout.root)) return
  await rm(socketFile(server.socketFolder, server.port), { force: true })
  await rm(`${socketFile(server.socketFolder, server.port)}.lock`, { force: true })
  await rmdir(server.socketFolder).catch(() => {})
}

function signal(server: Postmaster, name: NodeJS.Signals): void {
  try {
    process.kill(server.pid, name)
  } catch (cause) {
    if (errnoOf(cause) === 'ESRCH') return
    throw new EmbeddedPostgresError(
      'StopFailed',
      `Postgres (pid ${server.pid}) cannot be stopped by this user: it runs as another one. Stop it as the user who started it.`,
      { cause },
    )
  }
}
