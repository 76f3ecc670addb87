import { BatonError } from '@baton/sdk'
import { sql } from 'kysely'
import type { Database } from './database.ts'
import { migrations } from './migrations/index.ts'
import type { Names } from './names.ts'

/** The database has no Baton schema, or an older one than this version needs. */
export class SchemaMissing extends BatonError {
  static override readonly kind = 'SchemaMissing'

  constructor(schema: string, missing: readonly string[]) {
    super('SchemaMissing', `Schema '${schema}' lacks ${missing.join(', ')}. Run 'baton migrate' with a role that may create tables.`)
  }
}

/** @throws SchemaMissing unless every migration this version knows has run. */
export async function assertMigrated({ db }: Database, { schema }: Names): Promise<void> {
  const exists = await sql<{ there: boolean }>`select to_regclass(${`${schema}.migrations`}) is not null as there`.execute(db)
  const ran = new Set<string>()
  if (exists.rows[0]?.there) {
    const { rows } = await sql<{ name: string }>`select name from ${sql.id(schema, 'migrations')}`.execute(db)
    for (const { name } of rows) ran.add(name)
  }
  const missing = Object.keys(migrations).filter((name) => !ran.has(name))
  if (missing.length > 0) throw new SchemaMissing(schema, missing)
}
