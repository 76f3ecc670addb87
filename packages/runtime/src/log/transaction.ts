import type pg from 'pg'
import { isConnectionLoss } from './connection-loss.ts'

/** Runs SQL text inside an open transaction. */
export type Execute = (text: string, values?: readonly unknown[]) => Promise<{ rows: unknown[] }>

/** A connection prepares a statement the first time; a text that varies without end must not fill its memory. */
const MAX_PREPARED = 200
const names = new Map<string, string>()

/**
 * A statement that is planned once a connection: planning is most of what a short statement costs. Not one without parameters:
 * Postgres keeps its first plan, and that of pg-boss's fetch, made for an empty table, takes seconds when 40,000 jobs wait.
 */
function prepared(text: string, values: readonly unknown[] = []): pg.QueryConfig {
  if (values.length === 0) return { text }
  let name = names.get(text)
  if (name === undefined && names.size < MAX_PREPARED) {
    name = `baton-${names.size + 1}`
    names.set(text, name)
  }
  return name === undefined ? { text, values: [...values] } : { name, text, values: [...values] }
}

/** Runs statements of a client, prepared. */
function executeOn(client: pg.ClientBase): Execute {
  return (text, values) => client.query(prepared(text, values))
}

/** Runs texts that may be several statements each, every one on any connection of the pool. */
export function executeAnywhere(pool: pg.Pool): Execute {
  return (text, values = []) => pool.query(text, values.length === 0 ? undefined : [...values])
}

/** Runs single statements, each in a transaction of its own, prepared on whichever connection of the pool. */
export function executePrepared(pool: pg.Pool): Execute {
  return (text, values) => pool.query(prepared(text, values))
}

/** One transaction on a connection of its own: committed when `act` resolves, rolled back when it rejects. */
export async function transaction<T>(pool: pg.Pool, act: (execute: Execute) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    return await within(client, act)
  } catch (error) {
    if (isConnectionLoss(error)) broken = error as Error
    throw error
  } finally {
    client.release(broken)
  }
}

/**
 * The same on a connection that is at hand. Whatever fails, and on whichever connection, this one is rolled back; if even
 * that fails, its own loss is what the caller learns.
 */
export async function within<T>(client: pg.ClientBase, act: (execute: Execute) => Promise<T>): Promise<T> {
  // Not awaited: the first statement follows it without a pause, and fails with it.
  const begun = client.query('begin')
  begun.catch(() => {})
  try {
    const result = await act(executeOn(client))
    await begun
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((lost: unknown) => {
      if (!isConnectionLoss(error)) throw lost
    })
    throw error
  }
}
