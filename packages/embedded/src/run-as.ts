import { chown, lchown, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ifExists } from './file-errors.ts'
import type { Layout } from './layout.ts'
import { runCommand } from './run-command.ts'

/** As whom to run Postgres, which refuses to run as root. */
export type RunAs =
  | { readonly kind: 'self' }
  | { readonly kind: 'namespace' }
  | { readonly kind: 'user'; readonly uid: number; readonly gid: number }

export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly uid?: number
  readonly gid?: number
}

// `nobody`. initdb looks its user up, and this one is in every passwd file; 1000 is not.
const nobody = 65_534

/**
 * Decides as whom to run the server of this folder.
 *
 * Root keeps its files and runs the server in a user namespace, where it has another number: no system user is needed and
 * private parent folders do not matter. Where namespaces are not permitted, the folder is given to `nobody`. A cluster that
 * belongs to somebody already is run as them, so that a single `sudo` does not lock its owner out.
 */
export async function chooseRunAs(layout: Layout): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { kind: 'self' }
  const owner = await ifExists(stat(layout.cluster))
  if (owner !== undefined && owner.uid !== 0) return { kind: 'user', uid: owner.uid, gid: owner.gid }
  if (await namespacesPermitted()) return { kind: 'namespace' }
  await giveAway(layout.root)
  return { kind: 'user', uid: nobody, gid: nobody }
}

export function launch(runAs: RunAs, command: string, args: readonly string[]): Launch {
  switch (runAs.kind) {
    case 'self': return { command, args }
    case 'namespace': return { command: 'unshare', args: [...inNamespace, command, ...args] }
    case 'user': return { command, args, uid: runAs.uid, gid: runAs.gid }
  }
}

/** Gives a file or folder that this process has just made to the user the server runs as. */
export async function handOver(path: string, runAs: RunAs): Promise<void> {
  if (runAs.kind === 'user') await chown(path, runAs.uid, runAs.gid)
}

/** Lets the owner of the cluster use the folder without root again, whatever root has written beside the cluster. */
export async function keepOwner(layout: Layout): Promise<void> {
  if (process.getuid?.() !== 0) return
  const owner = await stat(layout.cluster)
  if (owner.uid === 0) return
  for (const name of await readdir(layout.root)) await lchown(join(layout.root, name), owner.uid, owner.gid)
}

/** The users whose files the server can trust: itself and who starts it. */
export function ownersOf(runAs: RunAs): number[] {
  return [process.getuid?.() ?? 0, ...(runAs.kind === 'user' ? [runAs.uid] : [])]
}

const inNamespace = ['-U', `--map-user=${nobody}`, `--map-group=${nobody}`]

async function namespacesPermitted(): Promise<boolean> {
  return (await runCommand('unshare', [...inNamespace, 'true'])).status === 0
}

async function giveAway(folder: string): Promise<void> {
  await lchown(folder, nobody, nobody)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await giveAway(path)
    else await lchown(path, nobody, nobody)
  }
}
