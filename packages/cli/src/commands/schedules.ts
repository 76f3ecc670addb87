import type { ScheduleReport } from '@baton/runtime'
import type { Command } from 'commander'
import type { Act } from '../act.ts'
import { addDatabaseOptions, type DatabaseOptions } from '../database/database-options.ts'
import { withClient } from '../database/with-client.ts'
import { type Column, table } from '../output/table.ts'
import { relative } from '../output/times.ts'

const COLUMNS: readonly Column[] = [
  { head: 'WORKFLOW' },
  { head: 'TRIGGER' },
  { head: 'EXPRESSION' },
  { head: 'TIME ZONE' },
  { head: 'NEXT' },
  { head: 'LAST' },
  { head: 'STARTED' },
]

export function addSchedules(program: Command, act: Act): void {
  addDatabaseOptions(program.command('schedules'))
    .description('show when workflows are started by themselves, and what was started last')
    .argument('[workflow]', 'name of the workflow; default: all')
    .addHelpText('after', '\nExample:\n  $ baton schedules\n  $ baton schedules nightly-report --json')
    .action(act(async (session, workflow: string | undefined, options: DatabaseOptions) => {
      const reports = await withClient(session, options, (baton) => baton.schedules(workflow))
      if (session.json) session.printJson({ schedules: reports.map((report) => toJson(report)) })
      else if (reports.length === 0) session.print(`No trigger starts ${workflow === undefined ? 'anything' : `'${workflow}'`}: no worker has registered one.\n`)
      else session.print(table(COLUMNS, reports.map((report) => row(report, new Date())), session.paint))
      return 0
    }))
}

function row({ workflow, trigger, expression, timezone, nextAt, lastAt, lastExecution, lastError }: ScheduleReport, now: Date): readonly string[] {
  const started = lastError === undefined ? (lastExecution ?? '') : `nothing: ${lastError}`
  return [workflow, trigger, expression, timezone, nextAt ? relative(nextAt, now) : 'never', lastAt ? relative(lastAt, now) : 'never', started]
}

function toJson({ nextAt, lastAt, lastExecution, lastError, ...report }: ScheduleReport): object {
  return {
    ...report,
    nextAt: nextAt?.toISOString() ?? null,
    lastAt: lastAt?.toISOString() ?? null,
    lastExecution: lastExecution ?? null,
    lastError: lastError ?? null,
  }
}
