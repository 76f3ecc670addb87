import type { HistoryRecord } from '@baton/runtime'
import type { Command } from 'commander'
import type { Act } from '../act.ts'
import { addDatabaseOptions, addPayloadsOption, type DatabaseOptions } from '../database/database-options.ts'
import { plainRecord } from '../database/plain-execution.ts'
import { withClient } from '../database/with-client.ts'
import type { Paint } from '../output/paint.ts'
import { plainJson } from '../output/plain-json.ts'
import { type Column, table } from '../output/table.ts'
import { duration } from '../output/times.ts'

const COLUMNS: readonly Column[] = [
  { head: 'SEQ', align: 'right', style: () => 'gray' },
  { head: 'AFTER', align: 'right' },
  { head: 'EVENT', style: (type) => (type.endsWith('Failed') ? 'red' : type === 'StepRetrying' ? 'yellow' : undefined) },
  { head: 'COMMAND', style: () => 'cyan' },
  { head: 'DATA' },
]

export function addHistory(program: Command, act: Act): void {
  addPayloadsOption(addDatabaseOptions(program.command('history')))
    .description("print an execution's events, from the first; --json has their data whole")
    .argument('<id>', 'id of the execution')
    .addHelpText('after', '\nExample:\n  $ baton history order-42 --json | jq ".events[].type"')
    .action(act(async (session, id: string, options: DatabaseOptions) => {
      const records = await withClient(session, options, (baton) => baton.handle(id).history())
      if (session.json) session.printJson({ id, events: records.map((record) => plainRecord(record, { stacks: session.debug })) })
      else session.print(historyTable(records, session.paint, session.width))
      return 0
    }))
}

function historyTable(records: readonly HistoryRecord[], paint: Paint, width?: number): string {
  const start = records[0]?.at.getTime() ?? 0
  const rows = records.map((record) => [
    String(record.seq),
    `+${duration(record.at.getTime() - start)}`,
    record.type,
    record.command ?? '',
    dataText(record),
  ])
  return table(COLUMNS, rows, paint, width)
}

/** `name=value` for each datum; times are told from the event, errors by their sentence. */
function dataText({ at, data }: HistoryRecord): string {
  return Object.entries(data)
    .map(([name, value]) => {
      if (value instanceof Date) return `${name}=+${duration(value.getTime() - at.getTime())}`
      if (value instanceof Error) return `${name}=${value.name}: ${value.message}`
      return `${name}=${JSON.stringify(plainJson(value))}`
    })
    .join(' ')
}
