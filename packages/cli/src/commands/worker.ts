import { hostname } from 'node:os'
import type { Command } from 'commander'
import type { Act } from '../act.ts'
import { names } from '../arguments/names.ts'
import { wholeNumber } from '../arguments/whole-number.ts'
import { addDatabaseOptions, addMigrateOption, addPayloadsOption } from '../database/database-options.ts'
import type { ServeOptions } from '../worker/serve.ts'

interface WorkerCommandOptions extends Omit<ServeOptions, 'name'> {
  readonly name?: string
}

export function addWorker(program: Command, act: Act): void {
  addPayloadsOption(addMigrateOption(addDatabaseOptions(program.command('worker'))))
    .description('run a worker that serves the workflows these modules export, until SIGINT or SIGTERM')
    .argument('<modules...>', 'TypeScript or JavaScript files; they export @Workflow classes or `workflows`')
    .option('--manifest <path>', 'what the code must agree with; default: baton.manifest.json, if it is there')
    .option('--project <tsconfig>', 'tsconfig to compile by; default: the nearest above each module')
    .option('--name <name>', 'shown in lists; default: <host>:<pid>')
    .option('--queues <names>', 'task queues to take from, with commas between; default: those the workflows name', names)
    .option('--slots <n>', 'how many steps run at once', wholeNumber(1, 1_000_000), 100)
    .option('--no-locality', 'send every step through its queue, to whichever worker is free')
    .addHelpText('after', '\nExample:\n  $ baton worker src/workflows.ts --queues default,payments --slots 20')
    .action(act(async (session, modules: readonly string[], options: WorkerCommandOptions) => {
      const { serve } = await import('../worker/serve.ts')
      return serve(session, modules, { ...options, name: options.name ?? `${hostname()}:${process.pid}` })
    }))
}
