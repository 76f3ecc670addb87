import type { Command } from 'commander'

/** Which database a command works on. */
export interface DatabaseOptions {
  readonly url?: string
  readonly schema?: string
  readonly migrate?: boolean
  /** The module with the payload options. */
  readonly payloads?: string
}

export function addDatabaseOptions(command: Command): Command {
  return command
    .option('--url <url>', 'Postgres to use; default: DATABASE_URL, else the embedded one of .baton/postgres')
    .option('--schema <name>', 'schema Baton lives in', 'baton')
}

export function addPayloadsOption(command: Command): Command {
  return command.option('--payloads <module>', 'module that exports `payloads`, the codecs and bounds that workers and clients use')
}

export function addMigrateOption(command: Command): Command {
  return command.option('--migrate', 'bring the schema up to date first (the embedded Postgres always is)')
}
