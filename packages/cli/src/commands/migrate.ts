import type { Command } from 'commander'
import type { Act } from '../act.ts'
import { addDatabaseOptions, type DatabaseOptions } from '../database/database-options.ts'
import { bringUpToDate, withDatabase } from '../database/open-database.ts'

export function addMigrate(program: Command, act: Act): void {
  addDatabaseOptions(program.command('migrate'))
    .description("install Baton's schema or bring it up to date; safe while workers run")
    .addHelpText('after', '\nExample:\n  $ baton migrate --url postgres://localhost/app')
    .action(act(async (session, options: DatabaseOptions) => {
      const schema = options.schema ?? 'baton'
      // Not by the way, as other commands migrate the embedded one: this one says what ran.
      const ran = await withDatabase(session, options, { create: true, asIs: true }, (database) => bringUpToDate(session, database))
      if (session.json) session.printJson({ schema, ran })
      else if (ran.length === 0) session.print(`Schema '${schema}' is up to date.\n`)
      else session.print(`Schema '${schema}' is up to date; ran:\n${ran.map((name) => `  ${name}\n`).join('')}`)
      return 0
    }))
}
