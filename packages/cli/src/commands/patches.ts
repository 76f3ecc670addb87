import type { PatchReport } from '@baton/runtime'
import type { Command } from 'commander'
import type { Act } from '../act.ts'
import { addDatabaseOptions, type DatabaseOptions } from '../database/database-options.ts'
import { withClient } from '../database/with-client.ts'
import { type Column, table } from '../output/table.ts'
import { relative } from '../output/times.ts'

const COLUMNS: readonly Column[] = [
  { head: 'PATCH' },
  { head: 'MARKED', align: 'right' },
  { head: 'UNMARKED', align: 'right' },
  { head: 'FIRST', align: 'right' },
  { head: 'VERDICT' },
]

const VERDICTS: Readonly<Record<PatchReport['verdict'], string>> = {
  keep: 'keep both branches',
  deprecate: 'the old branch can go: deprecatePatch()',
  remove: 'can be removed',
}

export function addPatches(program: Command, act: Act): void {
  addDatabaseOptions(program.command('patches'))
    .description('show the patches of a workflow, and which of them can go')
    .argument('<workflow>', 'name of the workflow')
    .addHelpText('after', '\nExample:\n  $ baton patches order')
    .action(act(async (session, workflow: string, options: DatabaseOptions) => {
      const reports = await withClient(session, options, (baton) => baton.patches(workflow))
      if (session.json) session.printJson({ patches: reports.map((each) => ({ ...each, firstMarkedAt: each.firstMarkedAt.toISOString(), oldestMarkedAt: each.oldestMarkedAt?.toISOString() ?? null })) })
      else if (reports.length === 0) session.print(`No execution of '${workflow}' bears the mark of a patch.\n`)
      else session.print(table(COLUMNS, reports.map((each) => row(each, new Date())), session.paint))
      return 0
    }))
}

function row({ id, marked, unmarked, firstMarkedAt, verdict }: PatchReport, now: Date): readonly string[] {
  return [id, String(marked), String(unmarked), relative(firstMarkedAt, now), VERDICTS[verdict]]
}
