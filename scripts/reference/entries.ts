// The entries that the reference describes: what the packages export, read from their package.json, so that a new one is
// never forgotten.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

/** Entries for Baton's own packages. They change with the engine, and no application imports them. */
const INTERNAL = new Set(['@baton/sdk/host', '@baton/runtime/core'])

export interface Entry {
  /** As it is imported, such as `@baton/sdk/vite`. */
  readonly name: string
  /** Its source, an absolute path. */
  readonly file: string
  /** The package's description for its main entry; others say in a `@module` comment what they are for. */
  readonly description: string | undefined
}

interface Manifest {
  readonly name: string
  readonly description: string
  readonly exports: Readonly<Record<string, string | { readonly '@baton/source': string }>>
}

export function publicEntries(): readonly Entry[] {
  return globSync('packages/*/package.json', { cwd: ROOT }).sort().flatMap((path) => {
    const { name, description, exports } = JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Manifest
    return Object.entries(exports).flatMap(([at, target]): Entry[] => {
      const entry = `${name}${at.slice(1)}`
      if (typeof target === 'string' || INTERNAL.has(entry)) return []
      return [{ name: entry, file: join(ROOT, dirname(path), target['@baton/source']), description: at === '.' ? description : undefined }]
    })
  })
}
