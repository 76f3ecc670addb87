import { randomBytes } from 'node:crypto'
import { migrate } from '@baton/runtime'
import pg from 'pg'

/** A schema of its own, migrated; disposal drops it. What else lives in the database is not touched. */
export async function createScratchSchema(url: string): Promise<{ readonly schema: string } & AsyncDisposable> {
  const schema = `baton_demo_${randomBytes(5).toString('hex')}`
  const drop = (): Promise<void> => connected(url, async (client) => {
    await client.query(`set client_min_messages = warning; drop schema if exists ${schema}, ${schema}_boss cascade`)
  })
  try {
    await migrate(url, { schema })
  } catch (error) {
    await drop()
    throw error
  }
  return { schema, [Symbol.asyncDispose]: drop }
}

/** How far the database's clock is ahead of this machine's, in ms; 0 where that is less than can be told. */
export function clockOffset(url: string): Promise<number> {
  return connected(url, async (client) => {
    let best = { offset: 0, error: Infinity }
    for (let i = 0; i < 5; i++) {
      const before = Date.now()
      const { rows: [row] } = await client.query<{ now: Date }>('select clock_timestamp() as now')
      const error = (Date.now() - before) / 2 + 1
      if (row && error < best.error) best = { offset: row.now.getTime() - before - error, error }
    }
    return Math.abs(best.offset) <= best.error ? 0 : best.offset
  })
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {}) // the query that meets it rejects
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
