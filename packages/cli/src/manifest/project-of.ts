import { isAbsolute, resolve } from 'node:path'
import type { ProjectOptions } from '@baton/codegen'

/** What to compile, with paths that the command line gives relative to the working directory. */
export function projectOf(cwd: string, files: readonly string[], project: string | undefined): ProjectOptions {
  return {
    ...(project === undefined ? { root: cwd } : { project: resolve(cwd, project) }),
    ...(files.length === 0 ? {} : { files: files.map((file) => anchored(cwd, file)) }),
  }
}

/** Makes a path or glob absolute and keeps a leading `!`. */
function anchored(cwd: string, pattern: string): string {
  const not = pattern.startsWith('!') ? '!' : ''
  const path = pattern.slice(not.length)
  return not + (isAbsolute(path) ? path : resolve(cwd, path))
}
