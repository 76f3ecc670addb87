import { BatonError } from '@baton/sdk'

/** Another worker has taken over from this one: nothing was written, and nothing more will be under this identity. */
export class Fenced extends BatonError {
  static override readonly kind = 'Fenced'

  constructor(worker: number) {
    super('Fenced', `Worker ${worker} was taken over while it was away; it appends nothing and rejoins under a new identity.`)
  }
}
