import type { ExecutionDescription, ExecutionStatus } from '@baton/runtime'
import { type Command, Option } from 'commander'
import type { Act } from '../act.ts'
import { wholeNumber } from '../arguments/whole-number.ts'
import { addDatabaseOptions, type DatabaseOptions } from '../database/database-options.ts'
import { plainExecution } from '../database/plain-execution.ts'
import { withClient } from '../database/with-client.ts'
import type { Paint } from '../output/paint.ts'
import { statusStyle } from '../output/status-style.ts'
import { type Column, table } from '../output/table.ts'
import { duration, relative } from '../output/times.ts'

interface ListCommandOptions extends DatabaseOptions {
  readonly workflow?: string
  readonly status?: ExecutionStatus
  readonly limit: number
  readonly cursor?: string
}

const STATUSES: readonly ExecutionStatus[] = ['pending', 'running', 'blocked', 'completed', 'failed']

const COLUMNS: readonly Column[] = [
  { head: 'ID' },
  { head: 'WORKFLOW' },
  { head: 'STATUS', style: statusStyle },
  { head: 'CREATED', align: 'right' },
  { head: 'TOOK', align: 'right' },
  { head: 'WORKER', style: () => 'gray' },
]

export function addList(program: Command, act: Act): void {
  addDatabaseOptions(program.command('list'))
    .description('list executions, youngest first')
    .option('--workflow <name>', 'only of this workflow')
    .addOption(new Option('--status <status>', 'only of this status').choices(STATUSES))
    .option('--limit <n>', 'how many, 1 to 500', wholeNumber(1, 500), 50)
    .option('--cursor <cursor>', 'go on where the page before ended')
    .addHelpText('after', '\nExample:\n  $ baton list --workflow order --status failed --limit 20')
    .action(act(async (session, { workflow, status, limit, cursor, ...database }: ListCommandOptions) => {
      const page = await withClient(session, database, (baton) =>
        baton.list({
          limit,
          ...(workflow === undefined ? {} : { workflow }),
          ...(status === undefined ? {} : { status }),
          ...(cursor === undefined ? {} : { cursor }),
        }),
      )
      if (session.json) session.printJson({ executions: page.executions.map(plainExecution), next: page.next ?? null })
      else if (page.executions.length === 0) session.note('No executions.')
      else session.print(executionTable(page.executions, session.paint, session.width, new Date()))
      if (!session.json && page.next !== undefined) session.note(`More: --cursor ${page.next}`)
      return 0
    }))
}

function executionTable(executions: readonly ExecutionDescription[], paint: Paint, width: number | undefined, now: Date): string {
  const rows = executions.map(({ id, workflow, version, status, createdAt, startedAt, endedAt, worker }) => [
    id,
    version === '1' ? workflow : `${workflow}@${version}`,
    status,
    relative(createdAt, now),
    startedAt === undefined ? '' : duration((endedAt ?? now).getTime() - startedAt.getTime()),
    worker ?? '',
  ])
  return table(COLUMNS, rows, paint, width)
}
