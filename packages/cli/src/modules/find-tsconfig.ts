import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The nearest `tsconfig.json` in the file's folder or above. */
export function findTsconfig(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const path = join(folder, 'tsconfig.json')
    if (existsSync(path)) return path
    if (folder === dirname(folder)) return undefined
  }
}
