import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/**
 * Writes the manifest if the file does not hold these bytes already; gives whether it wrote.
 *
 * The file is replaced in one step, so that a worker which starts meanwhile never reads half of it.
 *
 * @example if (writeManifest('baton.manifest.json', text)) console.log('baton.manifest.json is new')
 */
export function writeManifest(path: string, text: string): boolean {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return false
  const draft = `${path}.${process.pid}.tmp`
  writeFileSync(draft, text)
  renameSync(draft, path)
  return true
}
