import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Binaries } from './find-binaries.ts'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { ifExists } from './file-errors.ts'
import type { Layout } from './layout.ts'
import { handOver, launch, type RunAs } from './run-as.ts'
import { runCommand } from './run-command.ts'
import { serverEnvironment } from './server-environment.ts'
import { lastLines } from './server-log.ts'

const unfinished = 'data.init-'

/**
 * Major version of the cluster that is there, undefined when there is none yet.
 *
 * @throws EmbeddedPostgresError `DataDirUnusable` when something else is in its place.
 */
export async function clusterMajor(layout: Layout): Promise<string | undefined> {
  const major = (await ifExists(readFile(join(layout.cluster, 'PG_VERSION'), 'utf8')))?.trim()
  if (major !== undefined) return major
  if ((await ifExists(readFile(join(layout.root, 'PG_VERSION')))) !== undefined) {
    throw inTheWay(layout.root, 'is itself a Postgres cluster; the embedded Postgres keeps its cluster in a sub-folder')
  }
  const found = await ifExists(readdir(layout.cluster))
  if (found !== undefined && found.length > 0) throw inTheWay(layout.cluster, 'holds files but no Postgres cluster')
  return undefined
}

function inTheWay(folder: string, what: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'DataDirUnusable',
    `${folder} ${what}. Pass another dataDir, or move that folder away.`,
  )
}

/**
 * Creates the cluster, under another name until it is whole: whatever kills initdb, there is a complete cluster or none.
 *
 * Only the socket will be trusted; TCP is rejected should a setting ever open it.
 *
 * @throws EmbeddedPostgresError `InitFailed` with what initdb said.
 */
export async function createCluster(layout: Layout, binaries: Binaries, runAs: RunAs, sync: boolean): Promise<void> {
  await removeUnfinished(layout)
  const folder = join(layout.root, unfinished + randomUUID())
  await mkdir(folder, { mode: 0o700 })
  await handOver(folder, runAs)
  const { command, args, ...credentials } = launch(runAs, join(binaries.folder, 'initdb'), [
    '-D', folder, '-U', 'postgres', '--auth-local=trust', '--auth-host=reject', '-E', 'UTF8', '--no-locale',
    ...(sync ? [] : ['--no-sync']),
  ])
  const { status, output } = await runCommand(command, args, { ...credentials, cwd: layout.root, env: serverEnvironment() })
  if (status === 0) {
    await rename(folder, layout.cluster)
    if (sync) await makeDurable(layout.root)
    return
  }
  await rm(folder, { recursive: true, force: true })
  throw new EmbeddedPostgresError(
    'InitFailed',
    `initdb of Postgres ${binaries.version.full} (${binaries.folder}) could not create a cluster in ${layout.root}` +
      `${runAs.kind === 'user' ? `, running as user ${runAs.uid}, who must be able to enter that folder and read the programs` : ''}. ` +
      'See its last lines below; set DATABASE_URL to use a server of your own instead.',
    { output: lastLines(output) },
  )
}

/** A power cut could otherwise give the cluster its unfinished name back, and the next start would remove it. */
async function makeDurable(root: string): Promise<void> {
  await syncFolder(root)
  // Its parent may be closed to us: then the folder was there before, or somebody else's doing.
  await syncFolder(dirname(root)).catch(() => {})
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}

/** An initdb whose starter was killed may still be writing; what it leaves behind then is for the start after this one. */
async function removeUnfinished(layout: Layout): Promise<void> {
  const abandoned = (await readdir(layout.root)).filter((name) => name.startsWith(unfinished))
  await Promise.allSettled(abandoned.map((name) => rm(join(layout.root, name), { recursive: true, force: true })))
}
