import { readFile } from 'node:fs/promises'
import { ifExists, errnoOf } from './file-errors.ts'
import { runCommand } from './run-command.ts'

/**
 * Names one process for ever: `<pid>.<start>`. A pid alone is handed out again after its process died or the machine was
 * restarted, and would make a dead holder look alive.
 */
export type ProcessIdentity = string

/** The identity of a running process, undefined when there is none with this pid. A zombie is not running. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const start = process.platform === 'linux' ? await startOnLinux(pid) : await startByPs(pid)
  return start === undefined ? undefined : `${pid}.${start}`
}

export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  const pid = Number.parseInt(identity, 10)
  return Number.isInteger(pid) && (await identify(pid)) === identity
}

let own: Promise<ProcessIdentity> | undefined

export function ownIdentity(): Promise<ProcessIdentity> {
  own ??= identify(process.pid).then((identity) => identity ?? `${process.pid}.unknown`)
  return own
}

async function startOnLinux(pid: number): Promise<string | undefined> {
  const stat = await readProc(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  const fields = parseStat(stat)
  if (fields === undefined || fields.state === 'Z' || fields.state === 'X') return undefined
  return `${fields.startTicks}.${await bootId()}`
}

/** Reads the fields after the command's name, which is in parentheses and may itself hold spaces and parentheses. */
export function parseStat(stat: string): { readonly state: string; readonly startTicks: string } | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 1).trim().split(' ')
  const [state, startTicks] = [fields[0], fields[19]]
  return state === undefined || startTicks === undefined ? undefined : { state, startTicks }
}

let boot: Promise<string> | undefined

/** Ticks count from the machine's start, so they only say something together with which start it was. */
function bootId(): Promise<string> {
  boot ??= readProc('/proc/sys/kernel/random/boot_id').then((id) => id?.slice(0, 8) ?? 'unknown')
  return boot
}

/** A process may end between open and read, which Linux reports as ESRCH. */
export async function readProc(path: string): Promise<string | undefined> {
  try {
    return await ifExists(readFile(path, 'utf8'))
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return undefined
    throw error
  }
}

async function startByPs(pid: number): Promise<string | undefined> {
  // lstart is printed in local time: two users with different TZ must read the same text.
  const { status, output } = await runCommand('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  })
  const [state, ...start] = output.trim().split(/\s+/)
  if (status !== 0 || state === undefined || state.startsWith('Z')) return undefined
  return start.join('-').replaceAll(':', '')
}
