import { Baton } from '@baton/runtime'
import pg from 'pg'
import { createDatabase } from './database.ts'

/** A database of the test's own, with a client of Baton's and one of Postgres'. */
export async function connected(stack: AsyncDisposableStack): Promise<{ readonly url: string; readonly baton: Baton; readonly client: pg.Client }> {
  const { url } = stack.use(await createDatabase())
  const baton = stack.use(await Baton.connect(url))
  const client = stack.adopt(new pg.Client({ connectionString: url }), (open) => open.end())
  await client.connect()
  return { url, baton, client }
}
