import type { Command } from 'commander'
import type { Act } from '../act.ts'
import { addDatabaseOptions, addPayloadsOption, type DatabaseOptions } from '../database/database-options.ts'
import { withClient } from '../database/with-client.ts'

export function addPause(program: Command, act: Act): void {
  addPayloadsOption(addDatabaseOptions(program.command('pause')))
    .description('set an execution aside until it is resumed; exit code 1 if it is paused already')
    .argument('<id>', 'id of the execution')
    .addHelpText('after', '\nExample:\n  $ baton pause order-42')
    .action(act(async (session, id: string, options: DatabaseOptions) => {
      const changed = await withClient(session, options, (baton) => baton.handle(id).pause())
      if (session.json) session.printJson({ id, requested: 'pause', changed })
      else session.note(changed ? `Asked ${id} to pause` : `${id} is paused already`)
      return changed ? 0 : 1
    }))
}
