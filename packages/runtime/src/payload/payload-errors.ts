import { BatonError } from '@baton/sdk'

/** A value that does not survive the log: it has a function, a circle, an instance with behaviour … at `path`. */
export class PayloadNotSerializable extends BatonError {
  static override readonly kind = 'PayloadNotSerializable'
  readonly path: string

  constructor(what: string, path: string, reason: string) {
    super('PayloadNotSerializable', `${what} cannot be written to the log: ${path} ${reason}. Nothing was written.`)
    this.path = path
  }
}

/** A value larger than the log takes. */
export class PayloadTooLarge extends BatonError {
  static override readonly kind = 'PayloadTooLarge'
  readonly bytes: number
  readonly limit: number

  constructor(what: string, bytes: number, limit: number) {
    super(
      'PayloadTooLarge',
      `${what} takes ${bytes.toLocaleString('en')} bytes, the limit is ${limit.toLocaleString('en')}. Nothing was written. Store it elsewhere and pass a reference.`,
    )
    this.bytes = bytes
    this.limit = limit
  }
}
