import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import type { Act } from '../act.ts'
import { jsonArguments } from '../arguments/json-arguments.ts'
import { addDatabaseOptions, addMessageIdOption, addPayloadsOption, type MessageCommandOptions } from '../database/database-options.ts'
import { withClient } from '../database/with-client.ts'

export function addSignal(program: Command, act: Act): void {
  addMessageIdOption(addPayloadsOption(addDatabaseOptions(program.command('signal'))))
    .description('send a signal to an execution; done once it is durable')
    .argument('<id>', 'id of the execution')
    .argument('<name>', 'name of the signal')
    .argument('[json...]', 'its arguments, each as JSON; - reads one from stdin')
    .addHelpText('after', '\nExample:\n  $ baton signal order-42 approve \'"ann"\'')
    .action(act(async (session, id: string, name: string, json: readonly string[], { messageId = randomUUID(), ...options }: MessageCommandOptions) => {
      const args = await jsonArguments(session.io, json)
      await withClient(session, options, (baton) => baton.handle(id).with({ id: messageId }).signal(name, ...args))
      if (session.json) session.printJson({ id, signal: name, messageId })
      else session.note(`Sent signal ${name} to ${id}`)
      return 0
    }))
}
