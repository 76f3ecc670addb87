import type { PayloadOptions } from '@baton/runtime'
import { CliError } from '../errors/cli-error.ts'
import { loadModules } from './load-modules.ts'

/**
 * The payload options that a module exports under the name `payloads`: codecs hold keys and stores, which no command line should.
 *
 * @throws CliError `ModuleNotFound`, `ModuleFailed`, `NoPayloads`; what the module itself throws, if that is an error of Baton's.
 */
export async function loadPayloads(path: string | undefined, cwd: string): Promise<{ readonly payloads?: PayloadOptions }> {
  if (path === undefined) return {}
  const [module] = await loadModules([path], { cwd })
  const payloads = module?.['payloads']
  if (typeof payloads === 'object' && payloads !== null) return { payloads }
  throw new CliError('NoPayloads', `${path} exports no payload options.`, { hint: 'Export `payloads`: what Worker.start and Baton.connect take under that name.' })
}
