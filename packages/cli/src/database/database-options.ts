import type { Command } from 'commander'

/** Which database a command works on. */
export interface DatabaseOptions {
  readonly url?: string
  readonly schema?: string
  readonly migrate?: boolean
  /** The module with the payload options. */
  readonly payloads?: string
}

/** Of commands that send a message which must not arrive twice. */
export interface MessageCommandOptions extends DatabaseOptions {
  readonly messageId?: string
}

/** Of commands that end an execution. */
export interface EndCommandOptions extends DatabaseOptions {
  readonly reason: string
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

export function addMessageIdOption(command: Command): Command {
  return command.option('--message-id <id>', 'sent again under the same id it is the same message; default: a new UUID')
}

export function addReasonOption(command: Command): Command {
  return command.option('--reason <text>', 'why; its error and its history will say so', 'asked on the command line')
}
