import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { CliError } from '../errors/cli-error.ts'
import type { Session } from '../session.ts'
import { databaseError } from './database-error.ts'
import type { DatabaseOptions } from './database-options.ts'
import { placeOf } from './place-of.ts'

/** A database a command may use until it is disposed of. */
export interface OpenDatabase extends AsyncDisposable {
  readonly url: string
  readonly schema: string | undefined
  readonly embedded: boolean
  /** For people; never with a password. */
  readonly place: string
}

/** What a command needs to be true of its database. */
export interface Needs {
  /** Makes the embedded Postgres if there is none yet. */
  readonly create?: boolean
  /** Takes the schema as it finds it. */
  readonly asIs?: boolean
}

// The packages that do the work are loaded where they are needed: `baton --help` must not wait for a Postgres driver.

/**
 * The database the options and the environment name; the embedded one is started or joined.
 *
 * @throws CliError `InvalidDatabaseUrl`, `NoDatabase`; EmbeddedPostgresError.
 */
async function openDatabase(session: Session, options: DatabaseOptions, needs: Needs): Promise<OpenDatabase> {
  const { schema } = options
  const given = options.url ?? session.io.env['DATABASE_URL']
  if (given !== undefined && given !== '') {
    checkUrl(given, options.url === undefined ? 'DATABASE_URL' : '--url')
    return { url: given, schema, embedded: false, place: placeOf(given), [Symbol.asyncDispose]: () => Promise.resolve() }
  }
  const dataDir = join(session.io.cwd, '.baton', 'postgres')
  if (!needs.create && !existsSync(dataDir)) {
    throw new CliError('NoDatabase', `No database is named, and there is no embedded Postgres in ${relative(session.io.cwd, dataDir)}.`, {
      hint: "Give --url or set DATABASE_URL, or run 'baton worker' or 'baton migrate' here first: they make an embedded one.",
    })
  }
  session.note(`Using the embedded Postgres of ${relative(session.io.cwd, dataDir)}; --url or DATABASE_URL names another.`)
  using status = session.status()
  status.update('Starting Postgres …')
  const { startPostgres } = await import('@baton/embedded')
  const log = session.debug ? (line: string): void => session.note(`postgres: ${line}`) : (): void => {}
  const postgres = await startPostgres({ dataDir, log })
  return { url: postgres.url, schema, embedded: true, place: `the embedded Postgres ${postgres.version}`, [Symbol.asyncDispose]: () => postgres.stop() }
}

/**
 * Does something with the database, which is migrated first where it may be, and closes it after.
 *
 * @throws CliError with what is wrong with the database; whatever `use` throws.
 */
export async function withDatabase<T>(
  session: Session,
  options: DatabaseOptions,
  needs: Needs,
  use: (database: OpenDatabase) => Promise<T>,
): Promise<T> {
  await using database = await openDatabase(session, options, needs)
  try {
    if (!needs.asIs && (database.embedded || options.migrate)) await bringUpToDate(session, database)
    return await use(database)
  } catch (error) {
    throw databaseError(error, database.place) ?? error
  }
}

/** Gives the migrations that ran. */
export async function bringUpToDate(session: Session, { url, schema }: OpenDatabase): Promise<readonly string[]> {
  const { migrate } = await import('@baton/runtime')
  using status = session.status()
  status.update('Migrating …')
  return await migrate(url, schema === undefined ? {} : { schema })
}

function checkUrl(url: string, from: string): void {
  if (/^postgres(?:ql)?:\/\//.test(url)) return
  // What was given is not repeated: a URL with a slip in its scheme may still hold a password.
  throw new CliError('InvalidDatabaseUrl', `${from} is not the URL of a Postgres database.`, {
    hint: 'Write it as postgres://user:password@host:5432/database',
  })
}
