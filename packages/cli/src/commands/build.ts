import { type Command, Option } from 'commander'
import type { Act } from '../act.ts'
import type { BuildOptions } from '../manifest/build.ts'
import { MANIFEST_FILE } from '../manifest/manifest-file.ts'

interface BuildCommandOptions extends BuildOptions {
  readonly check?: boolean
  readonly watch?: boolean
}

export function addBuild(program: Command, act: Act): void {
  program.command('build')
    .description('compile the decorated workflow classes of a project into its manifest')
    .argument('[files...]', 'files or globs with workflows; default: those of the tsconfig')
    .option('--project <tsconfig>', 'default: tsconfig.json of the working directory')
    .option('--out <path>', 'the manifest', MANIFEST_FILE)
    .option('--check', 'write nothing; exit with 1 and the difference if the manifest is stale')
    .addOption(new Option('--watch', 'build again on each change, until SIGINT').conflicts('check'))
    .addHelpText('after', '\nExample:\n  $ baton build --check')
    .action(act(async (session, files: readonly string[], options: BuildCommandOptions) => {
      // Loaded only here: they bring the TypeScript compiler with them.
      const [{ buildOnce, buildOnChange }, { checkStale }] = await Promise.all([import('../manifest/build.ts'), import('../manifest/check-stale.ts')])
      if (options.check) return checkStale(session, files, options)
      if (options.watch) return buildOnChange(session, files, options)
      return buildOnce(session, files, options)
    }))
}
