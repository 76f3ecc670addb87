import { Kysely, PostgresDialect, type RawBuilder, sql, WithSchemaPlugin } from 'kysely'
import pg from 'pg'
import type { Names } from './names.ts'
import { PayloadBorder } from '../payload/payload-border.ts'
import type { Tables } from './tables.ts'

const JSON_OID = 114

/** Parsers as pg has them, but `json` stays the text that was written: the codec reads it. */
export const textualJson: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === JSON_OID && format !== 'binary'
      ? (text: string) => text
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}

/** A bounded pool and the query builder over it. */
export interface Database {
  readonly pool: pg.Pool
  readonly db: Kysely<Tables>
  /** A table's full name for raw SQL, which the builder's schema does not reach. */
  table(name: keyof Tables): RawBuilder<unknown>
  /** What payloads pass on their way in and out. */
  readonly border: PayloadBorder
  close(): Promise<void>
}

export interface DatabaseOptions {
  readonly url: string
  readonly names: Names
  /** Shown as `application_name`. */
  readonly name: string
  /** The most connections it opens. */
  readonly max: number
  /** Default: one without codecs. */
  readonly border?: PayloadBorder
  /** Told of errors of idle connections; the pool replaces them by itself. */
  readonly onError: (error: Error) => void
}

/** A pool that survives restarts of the server: a broken connection fails its query and is replaced. */
export function openDatabase({ url, names, name, max, border = new PayloadBorder(), onError }: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max,
    types: textualJson,
    keepAlive: true,
    // A process that was stopped in the middle of a transaction must not hold its locks for ever.
    idle_in_transaction_session_timeout: 3_000,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: false,
  })
  pool.on('error', onError)
  // pg emits 'error' on a checked-out client as well as rejecting its query; without a listener that ends the process.
  pool.on('connect', (client) => client.on('error', onError))
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new WithSchemaPlugin(names.schema)],
  })
  // Kysely ends the pool only if it has run a statement; one that others alone have used would keep the process for 30 s.
  const close = async (): Promise<void> => {
    await db.destroy()
    if (!pool.ending) await pool.end()
  }
  return { pool, db, table: (table) => sql.table(`${names.schema}.${table}`), border, close }
}
