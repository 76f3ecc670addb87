import type { Baton } from '@baton/runtime'
import { loadPayloads } from '../modules/load-payloads.ts'
import type { Session } from '../session.ts'
import type { DatabaseOptions } from './database-options.ts'
import { type Needs, withDatabase } from './open-database.ts'

/** Does something with a client that is connected to the database the options name. */
export async function withClient<T>(session: Session, options: DatabaseOptions, use: (baton: Baton) => Promise<T>, needs: Needs = {}): Promise<T> {
  const payloads = await loadPayloads(options.payloads, session.io.cwd)
  return withDatabase(session, options, needs, async ({ url, schema }) => {
    const { Baton } = await import('@baton/runtime')
    await using baton = await Baton.connect(url, { name: 'cli', ...payloads, ...(schema === undefined ? {} : { schema }) })
    return await use(baton)
  })
}
