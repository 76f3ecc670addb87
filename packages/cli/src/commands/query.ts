import type { Command } from 'commander'
import type { Act } from '../act.ts'
import { jsonArguments } from '../arguments/json-arguments.ts'
import { addDatabaseOptions, addPayloadsOption, type DatabaseOptions } from '../database/database-options.ts'
import { withClient } from '../database/with-client.ts'
import { printValue } from '../output/print-value.ts'

export function addQuery(program: Command, act: Act): void {
  addPayloadsOption(addDatabaseOptions(program.command('query')))
    .description('ask an execution something and print the answer; a worker of its queue must run')
    .argument('<id>', 'id of the execution, which may have ended')
    .argument('<name>', 'name of the query')
    .argument('[json...]', 'its arguments, each as JSON; - reads one from stdin')
    .addHelpText('after', '\nExample:\n  $ baton query order-42 status')
    .action(act(async (session, id: string, name: string, json: readonly string[], options: DatabaseOptions) => {
      const args = await jsonArguments(session.io, json)
      const output = await withClient(session, options, (baton) => baton.handle(id).query(name, ...args))
      printValue(session, { id, query: name }, output)
      return 0
    }))
}
