import type { Command } from 'commander'

/** Which database a command works on. */
export interface DatabaseOptions {
  readonly url?: string
  readonly schema?: string
  readonly migrate?: boolean
}

export function addDatabaseOptions(command: Command): Command {
  return command
    .option('--url <url>', 'Postgres to use; default: DATABASE_URL, else the embedded one of .baton/postgres')
    .option('--schema <name>', 'schema Baton lives in', 'baton')
}

export function addMigrateOption(command: Command): Command {
  return command.option('--migrate', 'bring the schema up to date first (the embedded Postgres always is)')
}
