// How values become the text the log keeps, and back.
//
// Columns are `json`, not `jsonb`: jsonb reorders keys, so an object would iterate differently in a replay than it did
// when it was live (G7), and it refuses the NUL character. See docs/adr/0003-payloads-are-json-text.md.
import { type Annotated, annotate, revive } from './annotated.ts'
import { inspect } from './inspect.ts'
import { PayloadTooLarge } from './payload-errors.ts'

/** JSON text as the log keeps it; null stands for `undefined`. */
export type Encoded = string | null

/** The default bound of one payload: 2 MiB. */
const MAX_PAYLOAD_BYTES = 2 * 1024 * 1024

/** The bound of one item of a stream: 256 KiB. */
export const MAX_ITEM_BYTES = 256 * 1024

const MARK = '$superjson'

/** What stands in the tables begins with this key once codecs have been at it, and what `encode` writes never does. */
export const SEAL = '$sealed'

/**
 * The value as JSON text.
 *
 * @throws PayloadNotSerializable, PayloadTooLarge; `what` names the value in their messages.
 */
export function encode(what: string, value: unknown, limit = MAX_PAYLOAD_BYTES): Encoded {
  if (value === undefined) return null
  const plain = inspect(what, value) === 'plain' && !has(value, MARK) && !has(value, SEAL)
  const text = plain ? JSON.stringify(value) : JSON.stringify({ [MARK]: annotate(value) })
  // A UTF-16 unit is at most three bytes of UTF-8: short texts need no count.
  if (text.length * 3 > limit) {
    const bytes = Buffer.byteLength(text)
    if (bytes > limit) throw new PayloadTooLarge(what, bytes, limit)
  }
  return text
}

/** The value of a JSON text that `encode` wrote. */
export function decode(encoded: Encoded): unknown {
  if (encoded === null) return undefined
  const value: unknown = JSON.parse(encoded)
  return has(value, MARK) ? revive(value[MARK] as Annotated) : value
}

function has<K extends string>(value: unknown, key: K): value is Readonly<Record<K, unknown>> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
}
