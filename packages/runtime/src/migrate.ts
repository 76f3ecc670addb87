import { migrateDispatch } from './dispatch/dispatcher.ts'
import { migrateLog } from './log/migrate.ts'
import { namesOf } from './log/names.ts'

/** Options of `migrate`. */
export interface MigrateOptions {
  /** The schema Baton lives in; pg-boss gets `<schema>_boss`; default `'baton'`. */
  readonly schema?: string
}

/**
 * Installs Baton's schema or brings it up to date; safe from several processes at once and while workers run.
 *
 * Returns the names of the migrations that ran; empty when there was nothing to do.
 *
 * @throws MigrationFailed; BatonError `InvalidSchemaName`.
 * @example await migrate('postgres://localhost/app')
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<readonly string[]> {
  const names = namesOf(options.schema)
  const ran = await migrateLog(url, names)
  await migrateDispatch(url, names)
  return ran
}
