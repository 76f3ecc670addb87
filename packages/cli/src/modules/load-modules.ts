import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BatonError } from '@baton/sdk'
import { CliError } from '../errors/cli-error.ts'
import { messageOf } from '../errors/describe-error.ts'
import { Compiler } from './compiler.ts'
import { findTsconfig } from './find-tsconfig.ts'

const TYPESCRIPT = /\.(?:[cm]?ts|tsx)$/

/** What a module exports, by name. */
export type Exports = Readonly<Record<string, unknown>>

export interface LoadOptions {
  readonly cwd: string
  /** The tsconfig to compile by; default: the nearest above each module. */
  readonly project?: string | undefined
}

/**
 * Imports modules, TypeScript ones too: compiled on the way by the tsconfig of their folder, which decides the dialect of
 * decorators among other things.
 *
 * @throws CliError `ModuleNotFound`, `ModuleFailed`; what the module itself throws, if that is an error of Baton's.
 */
export async function loadModules(paths: readonly string[], { cwd, project }: LoadOptions): Promise<readonly Exports[]> {
  const loaded: Exports[] = []
  const compiler = new Compiler()
  for (const path of paths) {
    const file = resolve(cwd, path)
    if (!existsSync(file)) throw new CliError('ModuleNotFound', `There is no file ${path} in ${cwd}.`)
    await compiler.use(project === undefined ? findTsconfig(file) : resolve(cwd, project), TYPESCRIPT.test(file))
    loaded.push(await load(file, path))
  }
  return loaded
}

async function load(file: string, path: string): Promise<Exports> {
  try {
    const exports: unknown = await import(pathToFileURL(file).href)
    return exports as Exports
  } catch (cause) {
    // A class that Baton refuses is refused in words that need nothing added.
    if (cause instanceof BatonError) throw cause
    throw new CliError('ModuleFailed', `${path} could not be loaded: ${messageOf(cause)}`, { cause, hint: 'Run again with --debug for where.' })
  }
}
