import { stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { ifExists } from './file-errors.ts'
import { tryLock } from './folder-lock.ts'
import type { Layout } from './layout.ts'
import { forgetGuardian } from './guardian.ts'
import { stopServer } from './stop-server.ts'
import { anyUsers } from './users.ts'

/** Returns when nobody uses the server any more and it is stopped, or when the folder is gone. */
export async function watch(layout: Layout, intervalMs: number): Promise<void> {
  while ((await ifExists(stat(layout.root))) !== undefined) {
    if (!(await anyUsers(layout.users)) && (await stopUnused(layout))) return
    await delay(intervalMs)
  }
}

/** Looks again under the lock, because somebody may have joined meanwhile. A lock that is held means somebody is at work. */
async function stopUnused(layout: Layout): Promise<boolean> {
  const release = await tryLock(layout.lock)
  if (release === undefined) return false
  try {
    if (await anyUsers(layout.users)) return false
    await stopServer(layout)
    await forgetGuardian(layout)
    return true
  } finally {
    await release()
  }
}
