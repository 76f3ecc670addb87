import { CompiledQuery, type Transaction } from 'kysely'
import type { Execute } from '../log/transaction.ts'
import type { Tables } from '../log/tables.ts'

/** Runs SQL text inside a kysely transaction, of Baton's tables or of the caller's own. */
export function executeIn(trx: Pick<Transaction<Tables>, 'executeQuery'>): Execute {
  return async (text, values = []) => {
    const { rows } = await trx.executeQuery(CompiledQuery.raw(text, [...values]))
    return { rows }
  }
}
