/*
 * Brings one server up on a cluster.
 *
 * Owns: the server process's start. Does not own: who may call (the folder's lock), who uses it (users), its end (stop-server).
 *
 *  1. Every function here is called under the folder's lock.
 *  2. A server counts as up when its pid file says ready, the pid is a postgres of this cluster, and its socket answers.
 *  3. The server outlives the process that started it: other users may remain.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import type { Binaries } from './find-binaries.ts'
import type { Layout } from './layout.ts'
import { poll } from './poll.ts'
import { disownStranger, findPostmaster, type Postmaster } from './postmaster.ts'
import { handOver, launch, ownersOf, type RunAs } from './run-as.ts'
import { serverEnvironment } from './server-environment.ts'
import { openServerLog, type ServerLog } from './server-log.ts'
import { settingArguments, type Settings } from './server-settings.ts'
import { makeSocketFolder, socketFile } from './socket-folder.ts'
import { stopServer } from './stop-server.ts'

// Recovery after a crash reads up to max_wal_size; backends orphaned by a killed server end with their current statement.
const startTiming = { timeoutMs: 120_000, intervalMs: 10 }

/**
 * The server that is up, after waiting for one that is starting or stopping. A server that does not answer is stopped.
 *
 * @throws EmbeddedPostgresError `StartFailed` when it goes on starting or stopping; `StopFailed`.
 */
export async function findServer(layout: Layout): Promise<Postmaster | undefined> {
  const settled = await poll(async () => {
    const found = await findPostmaster(layout.cluster)
    return found === undefined ? 'down' : found.ready ? found : undefined
  }, startTiming)
  if (settled === 'down') return undefined
  if (settled === undefined) throw neverSettled(layout)
  if (await answers(settled)) return settled
  await stopServer(layout)
  return undefined
}

function neverSettled(layout: Layout): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'StartFailed',
    `A Postgres runs on ${layout.cluster} but has not become ready for ${startTiming.timeoutMs / 1000} s. ` +
      `See ${layout.log} for what it is busy with, and try again when it is done.`,
  )
}

export interface ServerStart {
  readonly layout: Layout
  readonly binaries: Binaries
  readonly runAs: RunAs
  readonly socketFolder: string
  readonly settings: Settings
}

/**
 * Starts the server on a cluster where none is up.
 *
 * @throws EmbeddedPostgresError `StartFailed` with the end of the server's log.
 */
export async function startServer(start: ServerStart): Promise<Postmaster> {
  const settings = settingArguments(start.settings, start.socketFolder)
  await makeSocketFolder(start.socketFolder, ownersOf(start.runAs))
  await handOver(start.socketFolder, start.runAs)
  const failures: string[] = []
  const up = await poll(async () => {
    const outcome = await tryStart(start, settings)
    if (typeof outcome !== 'string') return outcome
    failures.push(outcome)
    return passes(outcome) ? undefined : 'failed'
  }, { ...startTiming, intervalMs: 200 })
  if (up !== undefined && up !== 'failed') return up
  throw new EmbeddedPostgresError(
    'StartFailed',
    `Postgres ${start.binaries.version.full} did not start on ${start.layout.cluster}. ` +
      `See the end of its log below (${start.layout.log}); correct what it names and start again, or set DATABASE_URL to a server of your own.`,
    { output: failures.at(-1) ?? '' },
  )
}

/** A killed server's backends live a moment longer than it does, and a server we did not see yet may hold the cluster. */
const passes = (log: string): boolean => /pre-existing shared memory block|lock file "postmaster\.pid" already exists/.test(log)

/** The server, or what its log says about why there is none. */
async function tryStart(start: ServerStart, settings: readonly string[]): Promise<Postmaster | string> {
  const { layout, binaries, runAs, socketFolder } = start
  await disownStranger(layout.cluster)
  // No server of ours is alive, so these are a dead one's; the pid in the second may be a stranger's by now.
  await rm(socketFile(socketFolder), { force: true })
  await rm(`${socketFile(socketFolder)}.lock`, { force: true })
  const log = await openServerLog(layout.log)
  try {
    const { command, args, ...credentials } = launch(runAs, join(binaries.folder, 'postgres'), ['-D', layout.cluster, ...settings])
    const child = spawn(command, args, {
      ...credentials, cwd: layout.root, env: serverEnvironment(), detached: true, stdio: ['ignore', log.file.fd, log.file.fd],
    })
    return await untilReady(child, layout.cluster, log)
  } finally {
    await log.file.close()
  }
}

async function untilReady(child: ChildProcess, cluster: string, log: ServerLog): Promise<Postmaster | string> {
  let ended: string | undefined
  child.on('error', (error) => { ended = error.message })
  child.on('exit', (status, signal) => { ended ??= `postgres ended with ${signal ?? `status ${status}`}` })
  child.unref()
  const outcome = await poll(async () => {
    if (ended !== undefined) return ended
    const found = await findPostmaster(cluster)
    return found?.pid === child.pid && found?.ready ? found : undefined
  }, startTiming)
  if (outcome !== undefined && typeof outcome !== 'string') return outcome
  child.kill('SIGQUIT')
  return `${await log.tail()}\n${outcome ?? `not ready after ${startTiming.timeoutMs / 1000} s`}`
}

function answers(server: Postmaster): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketFile(server.socketFolder, server.port))
    socket.once('connect', () => { socket.destroy(); resolve(true) })
    socket.once('error', () => resolve(false))
  })
}
