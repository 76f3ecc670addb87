import { BatonError } from '@baton/sdk'
import type { Names } from './names.ts'

/** Another worker has taken over from this one: nothing was written, and nothing more will be under this identity. */
export class Fenced extends BatonError {
  static override readonly kind = 'Fenced'

  constructor(worker: number) {
    super('Fenced', `Worker ${worker} was taken over while it was away; it appends nothing and rejoins under a new identity.`)
  }
}

/**
 * Selects worker `$1` unless it is fenced, and holds it until the transaction ends: who fences a worker locks its row `for update` first, and
 * waits for that. Its heartbeat does not: a transaction may have to wait for what somebody else has locked, and the worker is alive meanwhile.
 */
export function unfenced({ schema }: Names): string {
  return `select from ${schema}.workers where id = $1 and not fenced for key share`
}
