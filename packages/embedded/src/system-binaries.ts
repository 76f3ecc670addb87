import { readdir, realpath } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { ifExists } from './file-errors.ts'

const debian = '/usr/lib/postgresql'

/** Folders of the Postgres programs installed on this machine: the one on PATH, then Debian's, newest first. */
export async function findSystemBinaries(path: string = process.env['PATH'] ?? ''): Promise<string[]> {
  const onPath = await Promise.all(path.split(delimiter).filter((folder) => folder !== '').map(followPostgres))
  const majors = newestFirst((await ifExists(readdir(debian))) ?? [])
  const installed = await Promise.all(majors.map((major) => followPostgres(join(debian, major, 'bin'))))
  return [...new Set([...onPath, ...installed].filter((folder) => folder !== undefined))]
}

/** Where the folder's `postgres` really is: initdb and the libraries are beside that, not beside a link to it. */
async function followPostgres(folder: string): Promise<string | undefined> {
  try {
    return dirname(await realpath(join(folder, 'postgres')))
  } catch {
    return undefined
  }
}

export function newestFirst(majors: readonly string[]): string[] {
  return majors.filter((major) => /^\d+$/.test(major)).sort((a, b) => Number(b) - Number(a))
}
