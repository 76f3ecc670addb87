import type { Command } from 'commander'
import type { Act } from '../act.ts'
import { addDatabaseOptions, addPayloadsOption, addReasonOption, type EndCommandOptions } from '../database/database-options.ts'
import { withClient } from '../database/with-client.ts'

export function addStop(program: Command, act: Act): void {
  addReasonOption(addPayloadsOption(addDatabaseOptions(program.command('stop'))))
    .description('ask an execution to stop: its cleanup and compensation run; done once the request is durable')
    .argument('<id>', 'id of the execution')
    .addHelpText('after', '\nExample:\n  $ baton stop order-42 --reason "a duplicate"')
    .action(act(async (session, id: string, { reason, ...options }: EndCommandOptions) => {
      await withClient(session, options, (baton) => baton.handle(id).stop(reason))
      if (session.json) session.printJson({ id, requested: 'stop', reason })
      else session.note(`Asked ${id} to stop`)
      return 0
    }))
}
