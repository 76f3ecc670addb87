import type { Baton } from '@baton/runtime'
import type { Session } from '../session.ts'
import type { DatabaseOptions } from './database-options.ts'
import { type Needs, withDatabase } from './open-database.ts'

/** Does something with a client that is connected to the database the options name. */
export function withClient<T>(session: Session, options: DatabaseOptions, use: (baton: Baton) => Promise<T>, needs: Needs = {}): Promise<T> {
  return withDatabase(session, options, needs, async ({ url, schema }) => {
    const { Baton } = await import('@baton/runtime')
    await using baton = await Baton.connect(url, { name: 'cli', ...(schema === undefined ? {} : { schema }) })
    return await use(baton)
  })
}
