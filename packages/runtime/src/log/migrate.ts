import { BatonError } from '@baton/sdk'
import { Migrator } from 'kysely/migration'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { migrations } from './migrations/index.ts'
import type { Names } from './names.ts'

/** The schema could not be brought up to date. */
export class MigrationFailed extends BatonError {
  static override readonly kind = 'MigrationFailed'

  constructor(schema: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super('MigrationFailed', `Schema '${schema}' could not be migrated: ${why}`, { cause })
  }
}

/** Brings Baton's tables up to date; safe from several processes at once. Returns the migrations that ran. */
export async function migrateLog(url: string, names: Names): Promise<readonly string[]> {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'baton migrate',
    max: 1,
    // The migrations name their tables without a schema; it is set here, where the name has been checked.
    options: `-c search_path=${names.schema}`,
  })
  pool.on('error', () => {}) // the query that met it rejects
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => migrations },
      migrationTableSchema: names.schema,
      migrationTableName: 'migrations',
      migrationLockTableName: 'migrations_lock',
    })
    const { error, results } = await migrator.migrateToLatest()
    if (error) throw new MigrationFailed(names.schema, error)
    return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
  } finally {
    await db.destroy()
  }
}
