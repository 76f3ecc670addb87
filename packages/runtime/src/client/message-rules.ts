// What a message is refused for before anything is written: whoever calls from JavaScript has no compiler to tell.
import { BatonError } from '@baton/sdk'

/** A message whose id, reason or error is none. */
export class InvalidMessage extends BatonError {
  static override readonly kind = 'InvalidMessage'

  constructor(message: string) {
    super('InvalidMessage', `${message} Nothing was written.`)
  }
}

const LONGEST = 200

/** @throws InvalidMessage unless it is 1 to 200 characters of well-formed text without control characters: it stands in the log and in keys. */
export function checkMessageId(id: unknown): void {
  if (typeof id === 'string' && id.length >= 1 && id.length <= LONGEST && id.isWellFormed() && !hasControl(id)) return
  const shown = typeof id === 'string' ? `'${id.slice(0, 60)}'` : `${String(id)}, a ${typeof id},`
  throw new InvalidMessage(`${shown} is no id of a message: give 1 to ${LONGEST} characters of well-formed text, none of them a control character.`)
}

/** @throws InvalidMessage. */
export function checkReason(reason: unknown): void {
  if (typeof reason !== 'string') throw new InvalidMessage(`A reason is a text, and not a ${reason === null ? 'null' : typeof reason}.`)
}

/** @throws InvalidMessage. */
export function checkCall(call: unknown): void {
  const { name, args } = (call ?? {}) as { readonly name?: unknown; readonly args?: unknown }
  if (typeof name !== 'string' || !Array.isArray(args)) throw new InvalidMessage('A call is { name, args }: the name of a signal or an update, and the list of its arguments.')
}

export function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 32 || text.charCodeAt(i) === 127) return true
  return false
}
