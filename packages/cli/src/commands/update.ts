import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import type { Act } from '../act.ts'
import { jsonArguments } from '../arguments/json-arguments.ts'
import { addDatabaseOptions, addMessageIdOption, addPayloadsOption, type MessageCommandOptions } from '../database/database-options.ts'
import { withClient } from '../database/with-client.ts'
import { printValue } from '../output/print-value.ts'
import { STOPPED, untilStopped } from '../wait/until-stopped.ts'

export function addUpdate(program: Command, act: Act): void {
  addMessageIdOption(addPayloadsOption(addDatabaseOptions(program.command('update'))))
    .description('send an update to an execution, wait for its answer and print it')
    .argument('<id>', 'id of the execution')
    .argument('<name>', 'name of the update')
    .argument('[json...]', 'its arguments, each as JSON; - reads one from stdin')
    .addHelpText('after', '\nExample:\n  $ baton update order-42 setQuantity 3')
    .action(act(async (session, id: string, name: string, json: readonly string[], { messageId = randomUUID(), ...options }: MessageCommandOptions) => {
      const args = await jsonArguments(session.io, json)
      return withClient(session, options, async (baton) => {
        const output = await untilStopped(session.io, baton.handle(id).with({ id: messageId }).update(name, ...args))
        if (output === STOPPED) {
          session.note(`No longer waiting; if the update has been sent it goes on. Ask again with --message-id ${messageId}`)
          return 130
        }
        printValue(session, { id, update: name, messageId }, output)
        return 0
      })
    }))
}
