import pg from 'pg'
import { namesOf } from '../../log/names.ts'
import { withReconnect } from '../../log/reconnect.ts'
import type { PayloadStore } from './payload-store.ts'

/** Options of `postgresStore`: a pool of yours, or a URL for one of its own. */
export type PostgresStoreOptions = ({ readonly pool: PayloadPool } | { readonly url: string }) & {
  /** Baton's schema, on this database; default `'baton'`. */
  readonly schema?: string
}

/** What the store needs of a pool of pg. */
export interface PayloadPool {
  /** As pg's own. */
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>
}

/** A store with connections to give back. */
export interface PostgresStore extends PayloadStore, AsyncDisposable {
  /** Ends the pool, if it is the store's own. */
  close(): Promise<void>
}

/** The most connections of a pool of its own. */
const POOL = 4

/**
 * A store of payloads in the table `payloads` of Baton's schema, in the same database or another that `migrate` has been at.
 *
 * @throws BatonError `InvalidSchemaName`.
 * @example const store = postgresStore({ url: 'postgres://localhost/payloads' })
 */
export function postgresStore(options: PostgresStoreOptions): PostgresStore {
  const table = `${namesOf(options.schema).schema}.payloads`
  const { pool, close } = 'pool' in options ? { pool: options.pool, close: async () => {} } : openPool(options.url)
  return {
    async put(key, data) {
      await withReconnect(() => pool.query(`insert into ${table} (key, data) values ($1, $2) on conflict (key) do update set at = now()`, [key, data]))
    },
    async get(key) {
      const { rows } = await withReconnect(() => pool.query(`select data from ${table} where key = $1`, [key]))
      return (rows as { data: Uint8Array }[])[0]?.data
    },
    async delete(key) {
      await withReconnect(() => pool.query(`delete from ${table} where key = $1`, [key]))
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function openPool(url: string): { readonly pool: PayloadPool; readonly close: () => Promise<void> } {
  const pool = new pg.Pool({ connectionString: url, application_name: 'baton payloads', max: POOL, keepAlive: true, connectionTimeoutMillis: 10_000, allowExitOnIdle: true })
  // The query that met it rejects, and the pool replaces the connection; without listeners of both it ends the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return { pool, close: () => pool.end() }
}
