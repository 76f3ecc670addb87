import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { processExists, serverPid } from './server-state.ts'

/** A folder for one test: whatever server is left in it afterwards is ended before the folder is removed. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'baton-embedded-')))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** As `temporaryFolder`, the folder being a name inside it that does not exist yet. */
export async function dataDirIn(name = 'postgres'): Promise<string> {
  const folder = join(await temporaryFolder(), name)
  onTestFinished(async () => {
    const pid = await serverPid(folder)
    if (pid !== undefined && processExists(pid)) process.kill(pid, 'SIGQUIT')
  })
  return folder
}
