import type { StreamItem } from '@baton/runtime'
import type { Command } from 'commander'
import type { Act } from '../act.ts'
import { wholeNumber } from '../arguments/whole-number.ts'
import { addDatabaseOptions, addPayloadsOption, type DatabaseOptions } from '../database/database-options.ts'
import { withClient } from '../database/with-client.ts'
import { plainJson } from '../output/plain-json.ts'
import { oneLine } from '../output/printable.ts'
import type { Session } from '../session.ts'

interface StreamCommandOptions extends DatabaseOptions {
  readonly from: number
  readonly follow?: boolean
}

export function addStream(program: Command, act: Act): void {
  addPayloadsOption(addDatabaseOptions(program.command('stream')))
    .description('print the items of a stream of an execution, a line each')
    .argument('<id>', 'id of the execution')
    .argument('<name>', 'name of the stream; steps report to the one called progress')
    .option('--from <offset>', 'the first offset that is wanted', wholeNumber(0, 2 ** 31 - 1), 0)
    .option('-f, --follow', 'wait for more, until the stream is closed or the execution has ended; Ctrl-C stops')
    .addHelpText('after', '\nExample:\n  $ baton stream order-42 progress --follow\n  $ baton stream order-42 tokens --json | jq .value')
    .action(act(async (session, id: string, name: string, { from, follow = false, ...options }: StreamCommandOptions) => {
      const stop = new AbortController()
      const off = session.io.onSignal(() => stop.abort())
      try {
        return await withClient(session, options, async (baton) => {
          for await (const item of baton.handle(id).stream(name, { from, follow, signal: stop.signal })) print(session, item)
          return 0
        })
      } catch (error) {
        if (stop.signal.aborted && error === stop.signal.reason) return 130
        throw error
      } finally {
        off()
      }
    }))
}

/** With `--json` a document a line: a stream has no end that one could wait for. */
function print(session: Session, { offset, value, command, attempt, at }: StreamItem): void {
  if (session.json) session.printJson({ offset, at: at.toISOString(), command, attempt, value: plainJson(value) })
  else session.print(`${session.paint('gray', `${offset} ${at.toISOString()}`)} ${oneLine(JSON.stringify(plainJson(value)) ?? '')}\n`)
}
