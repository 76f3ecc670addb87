import { BatonError } from './baton-error.ts'

/** A stream takes no more items: it was closed, or its execution has ended. */
export class StreamClosed extends BatonError {
  static override readonly kind = 'StreamClosed'

  constructor(execution: string, stream: string) {
    super('StreamClosed', `Stream '${stream}' of execution '${execution}' is closed, or the execution has ended; nothing was written.`)
  }
}

/** A name that no stream can have, or a key that no item can. */
export class InvalidStreamName extends BatonError {
  static override readonly kind = 'InvalidStreamName'

  constructor(message: string) {
    super('InvalidStreamName', message)
  }
}

/** @throws InvalidStreamName unless it is 1 to 100 letters, digits and `_.:/-`. */
export function checkStreamName(name: string): void {
  if (typeof name === 'string' && /^[\w.:/-]{1,100}$/.test(name)) return
  throw new InvalidStreamName(`'${String(name).slice(0, 120)}' is no name of a stream: use letters, digits and '_', '.', ':', '/', '-', at most 100.`)
}
