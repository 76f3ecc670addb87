import { executionStatuses, type ExecutionFilter, type ExecutionStatus, type ExecutionSummary, type ListOrder } from '@baton/runtime'
import { type Command, InvalidArgumentError } from 'commander'
import type { Act } from '../act.ts'
import { attributeFilter, type AttributeFilters } from '../arguments/attribute-filter.ts'
import { moment } from '../arguments/moment.ts'
import { names } from '../arguments/names.ts'
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
  readonly status?: readonly ExecutionStatus[]
  readonly since?: Date
  readonly until?: Date
  readonly idPrefix?: string
  readonly attribute?: AttributeFilters
  readonly orderBy?: ListOrder
  readonly asc?: boolean
  readonly limit: number
  readonly cursor?: string
}

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
    .option('--status <statuses>', `only of these, with commas between: ${executionStatuses.join(', ')}`, statuses)
    .option('--since <when>', "created then or later: a date, or how long ago, such as '2d'", moment)
    .option('--until <when>', 'created before', moment)
    .option('--id-prefix <text>', 'only ids that begin with it')
    .option('--attribute <condition>', 'by a search attribute, once or more: customer=Ann, total>=10, name^=An, tags~new', attributeFilter)
    .option('--order-by <what>', "createdAt, endedAt, id, or a search attribute as 'attribute:total'", listOrder)
    .option('--asc', 'oldest or least first')
    .option('--limit <n>', 'how many, 1 to 500', wholeNumber(1, 500), 50)
    .option('--cursor <cursor>', 'go on where the page before ended')
    .addHelpText('after', '\nExample:\n  $ baton list --workflow order --status failed,blocked --since 2d --attribute customer=Ann')
    .action(act(async (session, options: ListCommandOptions) => {
      const { orderBy, asc, limit, cursor, ...rest } = options
      const page = await withClient(session, rest, (baton) =>
        baton.list({
          ...filterOf(options),
          ...(orderBy === undefined ? {} : { orderBy }),
          ...(asc ? { order: 'asc' } : {}),
          limit,
          ...(cursor === undefined ? {} : { cursor }),
        }),
      )
      if (session.json) session.printJson({ executions: page.executions.map(plainExecution), next: page.next ?? null })
      else if (page.executions.length === 0) session.note(page.next === undefined ? 'No executions.' : 'None so far.')
      else session.print(executionTable(page.executions, session.paint, session.width, new Date()))
      if (!session.json && page.next !== undefined) session.note(`More: --cursor ${page.next}`)
      return 0
    }))
}

function filterOf({ workflow, status, since, until, idPrefix, attribute }: ListCommandOptions): ExecutionFilter {
  return {
    ...(workflow === undefined ? {} : { workflow }),
    ...(status === undefined ? {} : { status }),
    ...(since === undefined ? {} : { createdAfter: since }),
    ...(until === undefined ? {} : { createdBefore: until }),
    ...(idPrefix === undefined ? {} : { idPrefix }),
    ...(attribute === undefined ? {} : { attributes: attribute }),
  }
}

function statuses(text: string, before?: readonly ExecutionStatus[]): readonly ExecutionStatus[] {
  return names(text, before).map((name) => {
    const status = executionStatuses.find((each) => each === name)
    if (!status) throw new InvalidArgumentError(`Allowed choices are ${executionStatuses.join(', ')}.`)
    return status
  })
}

function listOrder(text: string): ListOrder {
  if (text === 'createdAt' || text === 'endedAt' || text === 'id') return text
  if (text.startsWith('attribute:')) return { attribute: text.slice('attribute:'.length) }
  throw new InvalidArgumentError("Allowed choices are createdAt, endedAt, id and 'attribute:<name>'.")
}

function executionTable(executions: readonly ExecutionSummary[], paint: Paint, width: number | undefined, now: Date): string {
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
