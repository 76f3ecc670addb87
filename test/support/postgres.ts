import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** What the tests of one run need to make databases; handed to them by `postgres-setup.ts`. */
export interface TestPostgres {
  /** A database one may connect to in order to create others. Its user needs CREATEDB, nothing more. */
  readonly adminUrl: string
  readonly template: string
  /** Begins the name of every database of this run, and of no other run on the same server. */
  readonly prefix: string
}

declare module 'vitest' {
  interface ProvidedContext {
    postgres: TestPostgres
  }
}

export function databaseUrl(adminUrl: string, name: string): string {
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return url.href
}

/** Runs one statement on a connection of its own: CREATE and DROP DATABASE cannot run inside a transaction. */
export async function asAdmin(adminUrl: string, sql: string, values: readonly unknown[] = []): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const { rows }: { rows: unknown[] } = await client.query(sql, [...values])
    return rows
  } finally {
    await client.end()
  }
}

/** Creates the run's template: an empty database, migrated once, that nobody connects to afterwards. */
export async function createTemplate(adminUrl: string, migrate: (url: string) => Promise<void>): Promise<TestPostgres> {
  const prefix = `baton_test_${process.pid}_${randomBytes(4).toString('hex')}_`
  const template = `${prefix}template`
  await asAdmin(adminUrl, `create database ${template}`)
  try {
    await migrate(databaseUrl(adminUrl, template))
    // A database can only be cloned while nobody is connected to it.
    await asAdmin(adminUrl, `alter database ${template} with allow_connections false`)
  } catch (error) {
    await dropDatabase(adminUrl, template)
    throw error
  }
  return { adminUrl, template, prefix }
}

export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await asAdmin(adminUrl, `drop database if exists ${name} with (force)`)
}

/** Drops the template and whatever tests did not dispose of. */
export async function dropAll({ adminUrl, prefix }: TestPostgres): Promise<void> {
  const rows = await asAdmin(adminUrl, 'select datname::text as name from pg_database where starts_with(datname, $1)', [prefix])
  for (const row of rows) {
    if (typeof row === 'object' && row !== null && 'name' in row) await dropDatabase(adminUrl, String(row.name))
  }
}
