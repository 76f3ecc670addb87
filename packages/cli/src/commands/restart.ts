import { type Command, Option } from 'commander'
import type { Act } from '../act.ts'
import { type InputOptions, readInput } from '../arguments/read-input.ts'
import { addDatabaseOptions, addPayloadsOption, type DatabaseOptions } from '../database/database-options.ts'
import { withClient } from '../database/with-client.ts'

export function addRestart(program: Command, act: Act): void {
  addPayloadsOption(addDatabaseOptions(program.command('restart')))
    .description('run an execution that has ended once more, from the beginning')
    .argument('<id>', 'id of the execution')
    .addOption(new Option('--input <json>', 'another input, as JSON; - reads stdin; default: the one it was started with').conflicts('inputFile'))
    .option('--input-file <path>', 'file with another input as JSON; - reads stdin')
    .addHelpText('after', '\nExample:\n  $ baton restart order-42 --input \'{"total":120}\'')
    .action(act(async (session, id: string, options: DatabaseOptions & InputOptions) => {
      const given = options.input !== undefined || options.inputFile !== undefined
      const input = await readInput(session.io, options)
      await withClient(session, options, (baton) => baton.handle(id).restart(given ? { input } : undefined))
      if (session.json) session.printJson({ id, restarted: true })
      else session.note(`${id} runs again`)
      return 0
    }))
}
