// What the server says it was asked in this database, the bench's own questions left out.
import pg from 'pg'

export interface Statement {
  readonly text: string
  readonly calls: number
  readonly walBytes: number
}

/** What has been asked so far, by the server's number for the statement. */
type Tally = ReadonlyMap<string, Statement>

export interface Statements {
  read(): Promise<Tally>
  since(from: Tally, to: Tally): readonly Statement[]
}

const OWN = /pg_stat_statements|pg_current_wal_insert_lsn/

/** The codes of a server that has not loaded the extension, does not know it, or does not give it to this user. */
const ABSENT: ReadonlySet<string | undefined> = new Set(['55000', '0A000', '58P01', '42501'])

/** Undefined where the server does not count statements. */
export async function openStatements(admin: pg.Client): Promise<Statements | undefined> {
  const read = async (): Promise<Tally> => {
    const { rows } = await admin.query<{ id: string; text: string; calls: number; wal: number }>(
      `select queryid::text || ':' || userid || ':' || toplevel as id, query as text, calls::int, wal_bytes::float8 as wal
        from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())`,
    )
    return new Map(rows.filter(({ text }) => !OWN.test(text)).map(({ id, text, calls, wal }) => [id, { text, calls, walBytes: wal }]))
  }
  try {
    await admin.query('create extension if not exists pg_stat_statements')
    await read()
  } catch (error) {
    if (error instanceof pg.DatabaseError && ABSENT.has(error.code)) return undefined
    throw error
  }
  return {
    read,
    since: (from, to) => [...to].map(([id, { text, calls, walBytes }]) => {
      const earlier = from.get(id)
      return { text, calls: calls - (earlier?.calls ?? 0), walBytes: walBytes - (earlier?.walBytes ?? 0) }
    }),
  }
}

/** A backend that has just become idle reports what it did up to this much later. */
const REPORTED_MS = 1_500

/** Transactions of this database that have ended, without those of this connection since it asked last, give or take one. */
export async function readTransactions(admin: pg.Client): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, REPORTED_MS))
  const { rows } = await admin.query<{ n: number }>(
    'select (xact_commit + xact_rollback)::float8 as n from pg_stat_database where datname = current_database()',
  )
  return rows[0]?.n ?? Number.NaN
}
