import { createHash, randomBytes } from 'node:crypto'
import { postgresStore } from '@baton/runtime'
import { BatonError } from '@baton/sdk'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'

const data = randomBytes(300_000)
const key = createHash('sha256').update(data).digest('hex')

/** One that takes the loss of its connections, as at the end of the test, for no crash. */
function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

test('a store of Postgres gives back what was put, over connections of its own or of a pool', async () => {
  await using database = await createDatabase()
  const pool = openPool(database.url)
  try {
    await using own = postgresStore({ url: database.url })
    const given = postgresStore({ pool })
    await own.put(key, data)
    expect(await given.get(key)).toEqual(data)
    await given.close() // the pool stays open: it is the caller's
    await given.delete(key)
    await given.delete(key)
    expect(await own.get(key)).toBeUndefined()
  } finally {
    await pool.end()
  }
})

test('bytes that are put many times at once are there once, and as young as their last put', async () => {
  await using database = await createDatabase()
  const pool = openPool(database.url)
  try {
    const store = postgresStore({ pool })
    await Promise.all(Array.from({ length: 10 }, () => store.put(key, data)))
    await pool.query("update baton.payloads set at = at - interval '1 year'")
    await store.put(key, data)
    const { rows } = await pool.query("select key, octet_length(data) as bytes, at > now() - interval '1 day' as young from baton.payloads")
    expect(rows).toEqual([{ key, bytes: data.length, young: true }])
  } finally {
    await pool.end()
  }
})

test('connections that the server ends are replaced', async () => {
  await using database = await createDatabase()
  await using store = postgresStore({ url: database.url })
  await store.put(key, data)
  const admin = new pg.Client({ connectionString: database.url })
  await admin.connect()
  try {
    const { rowCount } = await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'baton payloads' and datname = current_database()")
    expect(rowCount).toBeGreaterThan(0)
    expect(await store.get(key)).toEqual(data)
  } finally {
    await admin.end()
  }
})

test('a schema that is none is refused', () => {
  expect(() => postgresStore({ url: 'postgres://localhost/x', schema: 'a; drop' })).toThrow(BatonError)
})
