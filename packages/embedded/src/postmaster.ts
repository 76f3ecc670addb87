/*
 * What is running on a cluster, as `postmaster.pid` and the process table tell it.
 *
 * Owns: the reading of `postmaster.pid`, and its first line when that names a stranger. Does not own: starting and stopping.
 *
 *  1. The file alone proves nothing: that of a killed server still says `ready`, and its pid may be another program's by now.
 *  2. The file is never removed by us. Its shared memory key is how the next server notices orphaned backends of the last one.
 */
import { open, readFile, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ifExists } from './file-errors.ts'
import { identify, readProc, type ProcessIdentity } from './process-identity.ts'
import { runCommand } from './run-command.ts'

export interface Postmaster {
  readonly pid: number
  readonly identity: ProcessIdentity
  readonly port: number
  readonly socketFolder: string
  /** Takes connections; otherwise it is starting, recovering or stopping. */
  readonly ready: boolean
}

export interface PidFile {
  readonly pid: number
  readonly port: number
  readonly socketFolder: string
  readonly ready: boolean
}

/** Lines: pid, data directory, start time, port, socket directory, listen address, shared memory key, status. */
export function parsePidFile(text: string): PidFile | undefined {
  const [pid, , , port, socketFolder = '', , , status] = text.split('\n')
  const number = Number(pid)
  if (!Number.isInteger(number) || number <= 0) return undefined
  return { pid: number, port: Number(port ?? 0), socketFolder, ready: status?.trim() === 'ready' }
}

/** The server that runs on this cluster, undefined when none does. */
export async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const file = await readPidFile(cluster)
  if (file === undefined) return undefined
  const identity = await identify(file.pid)
  return identity !== undefined && (await isPostgresOf(file.pid, cluster)) ? { ...file, identity } : undefined
}

async function readPidFile(cluster: string): Promise<PidFile | undefined> {
  const text = await ifExists(readFile(pidFileOf(cluster), 'utf8'))
  return text === undefined ? undefined : parsePidFile(text)
}

const pidFileOf = (cluster: string): string => join(cluster, 'postmaster.pid')

async function isPostgresOf(pid: number, cluster: string): Promise<boolean> {
  if (process.platform !== 'linux') {
    const { output } = await runCommand('ps', ['-ww', '-o', 'command=', '-p', String(pid)])
    return output.includes(`-D ${cluster}`)
  }
  const [program = '', ...args] = (await readProc(`/proc/${pid}/cmdline`))?.split('\0') ?? []
  return basename(program) === 'postgres' && (args.includes(cluster) || (await workingFolder(pid)) === cluster)
}

/** A postmaster works inside its cluster, however its command line spelt it. Unreadable for another user's process. */
async function workingFolder(pid: number): Promise<string | undefined> {
  try {
    return await readlink(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}

// Above the largest pid of Linux (2^22) and macOS (99,999).
const nobodysPid = '9999999'

/**
 * Lets a server start although the pid in a dead server's file belongs to some other process by now.
 *
 * Postgres only asks whether the pid is alive and would refuse to start. The rest of the file is kept: see invariant 2.
 */
export async function disownStranger(cluster: string): Promise<void> {
  const file = await readPidFile(cluster)
  if (file === undefined || (await identify(file.pid)) === undefined) return
  const text = await readFile(pidFileOf(cluster), 'utf8')
  await using handle = await open(pidFileOf(cluster), 'r+')
  await handle.truncate()
  await handle.write(text.replace(/^\d+/, nobodysPid), 0)
}
