import type { Command } from 'commander'
import type { Act } from '../act.ts'
import { addDatabaseOptions, type DatabaseOptions } from '../database/database-options.ts'
import { withClient } from '../database/with-client.ts'

export function addResume(program: Command, act: Act): void {
  addDatabaseOptions(program.command('resume'))
    .description('let a paused execution go on, or a blocked one be tried again; exit code 1 if it is neither')
    .argument('<id>', 'id of the execution')
    .addHelpText('after', '\nExample:\n  $ baton resume order-42')
    .action(act(async (session, id: string, options: DatabaseOptions) => {
      const resumed = await withClient(session, options, (baton) => baton.resume(id))
      if (session.json) session.printJson({ id, resumed })
      else session.note(resumed ? `${id} will go on` : `${id} is neither paused nor blocked`)
      return resumed ? 0 : 1
    }))
}
