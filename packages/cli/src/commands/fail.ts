import { ApplicationError } from '@baton/sdk'
import type { Command } from 'commander'
import type { Act } from '../act.ts'
import { readToken } from '../arguments/secret-arguments.ts'
import { addDatabaseOptions, addPayloadsOption, type DatabaseOptions } from '../database/database-options.ts'
import { withClient } from '../database/with-client.ts'

export function addFail(program: Command, act: Act): void {
  addPayloadsOption(addDatabaseOptions(program.command('fail')))
    .description('end the wait of a token with a failure, which the workflow gets as an ApplicationError')
    .argument('<token>', 'what externalToken() or approval() gave; - reads it from stdin')
    .argument('<message>', 'why it failed')
    .addHelpText('after', '\nExample:\n  $ baton fail - "card declined" < token.txt')
    .action(act(async (session, text: string, message: string, options: DatabaseOptions) => {
      const token = await readToken(session.io, text)
      await withClient(session, options, (baton) => baton.fail(token, new ApplicationError(message)))
      if (session.json) session.printJson({ token: 'failed' })
      else session.note('Failed as told')
      return 0
    }))
}
