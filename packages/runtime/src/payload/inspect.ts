import { PayloadNotSerializable } from './payload-errors.ts'

/** How a value is written: as it is, or by superjson, which keeps the types JSON lacks. */
export type Shape = 'plain' | 'rich'

/**
 * Whether JSON alone carries the value, or superjson is needed.
 *
 * @throws PayloadNotSerializable at the first place that neither can carry.
 */
export function inspect(what: string, value: unknown): Shape {
  return new Inspection(what).visit(value, '$') ? 'rich' : 'plain'
}

class Inspection {
  readonly #what: string
  readonly #above = new Set<object>()

  constructor(what: string) {
    this.#what = what
  }

  /** True where the value needs superjson. */
  visit(value: unknown, path: string): boolean {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return false
      case 'number':
        return !Number.isFinite(value) || Object.is(value, -0)
      case 'undefined':
      case 'bigint':
        return true
      case 'object':
        return value === null ? false : this.#visitObject(value, path)
      default:
        throw new PayloadNotSerializable(this.#what, path, `is a ${typeof value}`)
    }
  }

  #visitObject(value: object, path: string): boolean {
    if (this.#above.has(value)) throw new PayloadNotSerializable(this.#what, path, 'refers back to an object that contains it')
    this.#above.add(value)
    try {
      return this.#visitMembers(value, path)
    } finally {
      this.#above.delete(value)
    }
  }

  #visitMembers(value: object, path: string): boolean {
    if (Array.isArray(value)) {
      let rich = false
      for (let i = 0; i < value.length; i++) if (this.visit(value[i], `${path}[${i}]`)) rich = true
      return rich
    }
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) {
      let rich = prototype === null
      for (const [key, member] of Object.entries(value)) {
        if (member !== undefined && this.visit(member, `${path}.${key}`)) rich = true
      }
      return rich
    }
    if (value instanceof Map) {
      for (const [key, member] of value) {
        this.visit(key, `${path}.keys()`)
        this.visit(member, `${path}.get(${String(key)})`)
      }
      return true
    }
    if (value instanceof Set) {
      for (const member of value) this.visit(member, `${path}.values()`)
      return true
    }
    if (isRichLeaf(value)) return true
    const name = (prototype as { constructor?: { name?: string } }).constructor?.name ?? 'class'
    throw new PayloadNotSerializable(this.#what, path, `is an instance of ${name}, whose behaviour would be lost`)
  }
}

function isRichLeaf(value: object): boolean {
  return (
    value instanceof Date ||
    value instanceof RegExp ||
    value instanceof URL ||
    value instanceof Error ||
    (ArrayBuffer.isView(value) && !(value instanceof DataView))
  )
}
