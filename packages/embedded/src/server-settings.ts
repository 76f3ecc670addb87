import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { port } from './socket-folder.ts'

// For a developer's machine that runs other things too. fsync and synchronous_commit are spelt out because they are the promise.
const defaults = {
  fsync: 'on',
  synchronous_commit: 'on',
  shared_buffers: '128MB',
  max_connections: '200',
  max_wal_size: '512MB',
  listen_addresses: '',
}

// Other processes find the server by these.
const ours: ReadonlySet<string> = new Set([
  'config_file', 'data_directory', 'external_pid_file', 'hba_file', 'logging_collector', 'port',
  'unix_socket_directories', 'unix_socket_group', 'unix_socket_permissions',
])

/** Postgres settings by name. */
export type Settings = Readonly<Record<string, string>>

/** The server's settings as arguments, `-c name=value` each. */
export function settingArguments(overrides: Settings, socketFolder: string): string[] {
  const all = {
    ...defaults,
    ...overrides,
    port: String(port),
    unix_socket_directories: quoteListItem(socketFolder),
    unix_socket_permissions: '0700',
    logging_collector: 'off',
  }
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** @throws EmbeddedPostgresError `SettingRefused` for a name that is none or that the launcher needs for itself. */
export function checkSettings(settings: Settings): void {
  for (const name of Object.keys(settings)) refuseReserved(name)
}

function refuseReserved(name: string): void {
  if (/^[a-z_][a-z0-9_.]*$/.test(name) && !ours.has(name)) return
  throw new EmbeddedPostgresError(
    'SettingRefused',
    `The setting ${JSON.stringify(name)} cannot be given to the embedded Postgres: ` +
      (ours.has(name) ? 'the launcher needs it for itself. ' : 'this is not the lower-case name of a Postgres setting. ') +
      'Remove it from `settings`, or set DATABASE_URL to a server of your own.',
  )
}

/** unix_socket_directories is a list: commas separate, double quotes keep a name together. */
const quoteListItem = (name: string): string => `"${name.replaceAll('"', '""')}"`
