import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Manifest } from '@baton/sdk/manifest'
import { z } from 'zod'
import { CliError } from '../errors/cli-error.ts'
import { messageOf } from '../errors/describe-error.ts'
import { MANIFEST_FILE } from './manifest-file.ts'

/**
 * The manifest at `path`, which must exist; without a path that of the folder, if it has one.
 *
 * @throws CliError `FileNotReadable`, `InvalidManifest`.
 */
export function readManifest(cwd: string, path: string | undefined): Manifest | undefined {
  const file = resolve(cwd, path ?? MANIFEST_FILE)
  if (path === undefined && !existsSync(file)) return undefined
  const result = Manifest.safeParse(parse(read(file, path ?? MANIFEST_FILE), path ?? MANIFEST_FILE))
  if (result.success) return result.data
  throw invalid(path ?? MANIFEST_FILE, z.prettifyError(result.error), result.error)
}

function read(file: string, shown: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new CliError('FileNotReadable', `${shown} cannot be read: ${messageOf(cause)}.`, { cause, hint: "'baton build' writes it." })
  }
}

function parse(text: string, shown: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalid(shown, messageOf(cause), cause)
  }
}

function invalid(shown: string, why: string, cause: unknown): CliError {
  return new CliError('InvalidManifest', `${shown} is not a manifest this version can read: ${why}`, { cause, hint: "Write it again with 'baton build'." })
}
