import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { asAdmin, databaseUrl, dropDatabase } from './postgres.ts'

/**
 * A migrated database of its own for one test, dropped at disposal together with the connections still open to it.
 *
 * End pools before: a pool without an error listener takes the loss of its connections for a crash.
 *
 * @example
 * await using database = await createDatabase()
 * await using pool = createPool(database.url)
 */
export async function createDatabase(): Promise<{ readonly url: string } & AsyncDisposable> {
  const { adminUrl, template, prefix } = inject('postgres')
  const name = prefix + randomBytes(6).toString('hex')
  await asAdmin(adminUrl, `create database ${name} template ${template}`)
  return {
    url: databaseUrl(adminUrl, name),
    [Symbol.asyncDispose]: () => dropDatabase(adminUrl, name),
  }
}
