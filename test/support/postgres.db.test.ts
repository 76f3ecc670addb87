import pg from 'pg'
import { describe, expect, inject, test } from 'vitest'
import { createDatabase } from './database.ts'
import { asAdmin, createTemplate, dropAll, databaseUrl } from './postgres.ts'

const countOf = async (prefix: string) =>
  (await asAdmin(inject('postgres').adminUrl, 'select 1 from pg_database where starts_with(datname, $1)', [prefix])).length

describe('a test database', () => {
  test('shares nothing with its neighbours, and many can be made at once', async () => {
    const databases = await Promise.all(Array.from({ length: 4 }, () => createDatabase()))
    await using stack = new AsyncDisposableStack()
    for (const database of databases) stack.use(database)
    for (const { url } of databases) await asAdmin(url, 'create table mine (id int)')
    expect(new Set(databases.map(({ url }) => url)).size).toBe(4)
  })

  test('is gone after disposal, though somebody is still connected', async () => {
    const database = await createDatabase()
    const client = new pg.Client({ connectionString: database.url })
    client.on('error', () => {})
    await client.connect()
    await database[Symbol.asyncDispose]()
    await expect(asAdmin(database.url, 'select 1')).rejects.toThrow('does not exist')
  })
})

describe('the template', () => {
  test('hands on what the migration made, and leaves nothing after the run', async () => {
    const { adminUrl } = inject('postgres')
    const postgres = await createTemplate(adminUrl, async (url) => { await asAdmin(url, 'create table made as select 42 as answer') })
    await asAdmin(adminUrl, `create database ${postgres.prefix}clone template ${postgres.template}`)
    expect(await asAdmin(databaseUrl(adminUrl, `${postgres.prefix}clone`), 'select answer from made')).toEqual([{ answer: 42 }])
    expect(await countOf(postgres.prefix)).toBe(2)
    await dropAll(postgres)
    expect(await countOf(postgres.prefix)).toBe(0)
  })

  test('of a migration that fails does not stay', async () => {
    const { adminUrl } = inject('postgres')
    let url = ''
    await expect(createTemplate(adminUrl, (given) => { url = given; return Promise.reject(new Error('bad migration')) })).rejects.toThrow('bad migration')
    expect(await countOf(new URL(url).pathname.slice(1))).toBe(0)
  })
})
