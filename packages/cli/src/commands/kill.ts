import type { Command } from 'commander'
import type { Act } from '../act.ts'
import { addDatabaseOptions, addPayloadsOption, addReasonOption, type EndCommandOptions } from '../database/database-options.ts'
import { withClient } from '../database/with-client.ts'

export function addKill(program: Command, act: Act): void {
  addReasonOption(addPayloadsOption(addDatabaseOptions(program.command('kill'))))
    .description('end an execution at once: none of its code runs any more, no cleanup either')
    .argument('<id>', 'id of the execution')
    .addHelpText('after', '\nExample:\n  $ baton kill order-42 --reason "a duplicate"')
    .action(act(async (session, id: string, { reason, ...options }: EndCommandOptions) => {
      await withClient(session, options, (baton) => baton.handle(id).kill(reason))
      if (session.json) session.printJson({ id, requested: 'kill', reason })
      else session.note(`Killed ${id}`)
      return 0
    }))
}
