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

/**
 * A payload of the log that this process cannot read: it lacks the codec, the key or the stored bytes, or they were changed.
 * The log stays as it is; an execution that needs the payload is blocked until a worker comes that can read it.
 */
export class PayloadUnreadable extends BatonError {
  static override readonly kind = 'PayloadUnreadable'
  /** The codec that stands in the way, with its label: `aes-256-gcm:key-2`. */
  readonly stage: string

  /** @param reason a clause without a full stop, and without anything secret. */
  constructor(stage: string, reason: string, options?: ErrorOptions) {
    super('PayloadUnreadable', `A payload cannot be read through '${stage}': ${reason}. Nothing is lost; it stays in the log as it is.`, options)
    this.stage = stage
  }
}

/** A codec of payloads failed in a way that another try may mend, as when the service of its keys is away. */
export class PayloadCodecFailed extends BatonError {
  static override readonly kind = 'PayloadCodecFailed'
  /** The codec's id. */
  readonly codec: string

  constructor(codec: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super('PayloadCodecFailed', `The payload codec '${codec}' failed: ${why}`, { cause })
    this.codec = codec
  }
}
