import { ApplicationError } from '@baton/sdk'

/** How errors are written. */
export interface PlainOptions {
  readonly stacks?: boolean
}

/**
 * A value of a history as JSON that people and `jq` can read; it cannot be turned back.
 *
 * Date → ISO 8601, Map → list of [key, value], Set → list, BigInt → decimal text, Error → { name, code, message, … },
 * bytes → base64, URL and RegExp → text, NaN and infinities → text, -0 → 0, undefined → null (members are left out).
 */
export function plainJson(value: unknown, options: PlainOptions = {}): unknown {
  switch (typeof value) {
    case 'undefined':
      return null
    case 'bigint':
      return value.toString()
    case 'number':
      return Number.isFinite(value) ? value + 0 : String(value)
    case 'object':
      return value === null ? null : plainObject(value, options)
    default:
      return typeof value === 'string' || typeof value === 'boolean' ? value : String(value)
  }
}

function plainObject(value: object, options: PlainOptions): unknown {
  const each = (member: unknown): unknown => plainJson(member, options)
  if (Array.isArray(value)) return value.map(each)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof Map) return [...value].map(([key, member]) => [each(key), each(member)])
  if (value instanceof Set) return [...value].map(each)
  if (value instanceof RegExp) return String(value)
  if (value instanceof URL) return value.href
  if (value instanceof Error) return plainError(value, options)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (ArrayBuffer.isView(value) && Symbol.iterator in value) return [...(value as unknown as Iterable<unknown>)].map(each)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, each(member)]),
  )
}

function plainError(error: Error, options: PlainOptions): unknown {
  const { name, message, cause, stack } = error
  return {
    name,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    message,
    ...(error instanceof ApplicationError && error.details !== undefined ? { details: plainJson(error.details, options) } : {}),
    ...(options.stacks && stack !== undefined ? { stack } : {}),
    ...(cause === undefined ? {} : { cause: plainJson(cause, options) }),
  }
}
