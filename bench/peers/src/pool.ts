import pg from 'pg'

/** An idle connection that breaks as the database is dropped must not end the driver. */
export function poolOf(connectionString: string, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString, max })
  pool.on('error', () => {})
  return pool
}
