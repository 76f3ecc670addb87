import type { Baton } from '@baton/runtime'
import type { AttributeValue } from '@baton/sdk'
import { type Command, Option } from 'commander'
import type { Act } from '../act.ts'
import { attributeValues } from '../arguments/attribute-values.ts'
import { type InputOptions, parseJson, readInput } from '../arguments/read-input.ts'
import { addDatabaseOptions, addMigrateOption, addPayloadsOption, type DatabaseOptions } from '../database/database-options.ts'
import { withClient } from '../database/with-client.ts'
import { describeError } from '../errors/describe-error.ts'
import { endedAs } from '../errors/ended-as.ts'
import { plainJson } from '../output/plain-json.ts'
import { printValue } from '../output/print-value.ts'
import type { Session } from '../session.ts'
import { STOPPED } from '../wait/until-stopped.ts'
import { waitForResult } from '../wait/wait-for-result.ts'

interface StartCommandOptions extends DatabaseOptions, InputOptions {
  readonly id?: string
  readonly wait?: boolean
  readonly attribute?: Readonly<Record<string, AttributeValue>>
  readonly memo?: string
}

export function addStart(program: Command, act: Act): void {
  addPayloadsOption(addMigrateOption(addDatabaseOptions(program.command('start'))))
    .description('start an execution of a workflow that a worker has registered; prints its id')
    .argument('<workflow>', 'name of the workflow')
    .option('--id <id>', 'id and idempotency key: starting it again is the same execution; default: a new UUID')
    .addOption(new Option('--input <json>', 'input as JSON; - reads stdin').conflicts('inputFile'))
    .option('--input-file <path>', 'file with the input as JSON; - reads stdin')
    .option('--attribute <name=value>', 'a search attribute, once or more; tags=["a","b"] for several texts', attributeValues)
    .option('--memo <json>', 'something to note with it, as JSON')
    .option('--wait', 'wait for the result and print it; exit code 1 if the execution fails')
    .addHelpText('after', '\nExample:\n  $ baton start order --id order-42 --input \'{"total":120}\' --wait')
    .action(act(async (session, workflow: string, options: StartCommandOptions) => {
      const input = await readInput(session.io, options)
      return withClient(session, options, async (baton) => {
        const { id } = await baton.start(workflow, {
          input,
          ...(options.id === undefined ? {} : { id: options.id }),
          ...(options.attribute === undefined ? {} : { attributes: options.attribute }),
          ...(options.memo === undefined ? {} : { memo: parseJson(options.memo, '--memo', { what: 'memo' }) }),
        })
        if (options.wait) return reportResult(session, baton, workflow, id)
        if (session.json) session.printJson({ id, workflow })
        else session.print(`${id}\n`)
        return 0
      })
    }))
}

async function reportResult(session: Session, baton: Baton, workflow: string, id: string): Promise<number> {
  session.note(`Started ${workflow} ${id}`)
  try {
    const output = await waitForResult(session, baton.handle(id))
    if (output === STOPPED) {
      session.note(`No longer waiting; the execution goes on. See: baton show ${id}`)
      if (session.json) session.printJson({ id, workflow, status: 'running' })
      return 130
    }
    printValue(session, { id, workflow, status: 'completed' }, output)
    return 0
  } catch (error) {
    const ended = endedAs(error)
    if (!ended) throw error
    if (!session.json) {
      session.fail(error)
      session.note(`See: baton history ${id}`)
      return 1
    }
    const { code, message } = describeError(error)
    session.printJson({ id, workflow, status: ended.status, error: { code, message, cause: plainJson(ended.cause, { stacks: session.debug }) } })
    return 1
  }
}
