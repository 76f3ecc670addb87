import { CompiledQuery } from 'kysely'
import type { Execute } from '../log/transaction.ts'

/** A kysely transaction, whatever its tables. */
export interface KyselyTransaction {
  /** As kysely's own. */
  executeQuery(query: CompiledQuery): Promise<{ readonly rows: unknown[] }>
}

/** A connection of pg on which the caller has begun a transaction. */
export interface PgTransaction {
  /** As pg's own. */
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

/** An open transaction of the caller's. */
export type CallerTransaction = KyselyTransaction | PgTransaction

export function executeFor(transaction: CallerTransaction): Execute {
  if ('executeQuery' in transaction) {
    return (text, values = []) => transaction.executeQuery(CompiledQuery.raw(text, [...values]))
  }
  return (text, values = []) => transaction.query(text, [...values])
}
