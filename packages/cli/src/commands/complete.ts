import type { Command } from 'commander'
import type { Act } from '../act.ts'
import { readToken, tokenValue } from '../arguments/secret-arguments.ts'
import { addDatabaseOptions, addPayloadsOption, type DatabaseOptions } from '../database/database-options.ts'
import { withClient } from '../database/with-client.ts'

export function addComplete(program: Command, act: Act): void {
  addPayloadsOption(addDatabaseOptions(program.command('complete')))
    .description('end the wait of a token with a value')
    .argument('<token>', 'what externalToken() or approval() gave; - reads it from stdin')
    .argument('[json]', 'the value as JSON; default: none')
    .addHelpText('after', '\nExample:\n  $ baton complete - \'{"approved":true}\' < token.txt')
    .action(act(async (session, text: string, json: string | undefined, options: DatabaseOptions) => {
      const value = json === undefined ? undefined : tokenValue(json)
      const token = await readToken(session.io, text)
      await withClient(session, options, (baton) => baton.complete(token, value))
      if (session.json) session.printJson({ token: 'completed' })
      else session.note('Completed')
      return 0
    }))
}
