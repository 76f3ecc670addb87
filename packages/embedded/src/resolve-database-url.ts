import { startPostgres } from './start-postgres.ts'

/** For {@link resolveDatabaseUrl}. */
export interface ResolveDatabaseOptions {
  /** Folder of the embedded Postgres. Default: `.baton/postgres` in the working directory. */
  readonly dataDir?: string
}

/** A database to connect to; disposing of it is `stop()`. */
export interface ResolvedDatabase extends AsyncDisposable {
  /** Connection URL: DATABASE_URL as it is, or that of the embedded server. */
  readonly url: string
  /** Whether `url` is of the embedded server rather than of DATABASE_URL. */
  readonly embedded: boolean
  /** Ends the use of the embedded server; does nothing for DATABASE_URL. */
  stop(): Promise<void>
}

/**
 * The database to use: DATABASE_URL when it is set and not empty, else an embedded Postgres that is started or joined.
 *
 * @throws EmbeddedPostgresError as `startPostgres` does, when DATABASE_URL is not set.
 * @example
 * await using database = await resolveDatabaseUrl()
 * const pool = new pg.Pool({ connectionString: database.url })
 */
export async function resolveDatabaseUrl(options: ResolveDatabaseOptions = {}): Promise<ResolvedDatabase> {
  const url = process.env['DATABASE_URL']
  if (url !== undefined && url !== '') return external(url)
  const postgres = await startPostgres(options)
  const stop = () => postgres.stop()
  return { url: postgres.url, embedded: true, stop, [Symbol.asyncDispose]: stop }
}

function external(url: string): ResolvedDatabase {
  const stop = () => Promise.resolve()
  return { url, embedded: false, stop, [Symbol.asyncDispose]: stop }
}
