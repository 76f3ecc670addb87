import { PayloadNotSerializable } from './payload-errors.ts'

/** How a value is written: as it is, or annotated, which keeps the types JSON lacks. */
export type Shape = 'plain' | 'rich'

/** Deeper values overflow the stack of those who read them; no payload people write comes near. */
const MAX_DEPTH = 1_000

/**
 * Whether JSON alone carries the value, or annotations are needed.
 *
 * @throws PayloadNotSerializable at the first place that neither can carry.
 */
export function inspect(what: string, value: unknown): Shape {
  return new Inspection(what).visit(value) ? 'rich' : 'plain'
}

class Inspection {
  readonly #what: string
  /** The objects that contain the place under inspection, and the way to it. */
  readonly #above: object[] = []
  readonly #path: (string | number)[] = []

  constructor(what: string) {
    this.#what = what
  }

  /** True where the value needs annotations. */
  visit(value: unknown): boolean {
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
        return value === null ? false : this.#visitObject(value)
      default:
        return this.#refuse(`is a ${typeof value}`)
    }
  }

  #visitObject(value: object): boolean {
    if (this.#above.includes(value)) this.#refuse('refers back to an object that contains it')
    if (this.#above.length >= MAX_DEPTH) this.#refuse(`is nested more than ${MAX_DEPTH.toLocaleString('en')} deep`)
    this.#above.push(value)
    const rich = this.#visitMembers(value)
    this.#above.pop()
    return rich
  }

  #visitMembers(value: object): boolean {
    let rich = false
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) if (this.#member(i, value[i])) rich = true
      return rich
    }
    if (isPlainObject(value)) {
      for (const key of Object.keys(value)) {
        const member = (value as Record<string, unknown>)[key]
        if (member !== undefined && this.#member(`.${key}`, member)) rich = true
      }
      return rich
    }
    if (value instanceof Map) {
      for (const [key, member] of value) {
        this.#member('.keys()', key)
        this.#member(`.get(${nameOf(key)})`, member)
      }
      return true
    }
    if (value instanceof Set) {
      for (const member of value) this.#member('.values()', member)
      return true
    }
    if (isRichLeaf(value)) return true
    const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: string } }
    return this.#refuse(`is an instance of ${prototype.constructor?.name || 'a nameless class'}, whose behaviour would be lost`)
  }

  #member(key: string | number, value: unknown): boolean {
    if (typeof value !== 'object') {
      if (typeof value === 'string' || typeof value === 'boolean') return false
    } else if (value === null) return false
    this.#path.push(key)
    const rich = this.visit(value)
    this.#path.pop()
    return rich
  }

  #refuse(reason: string): never {
    const path = this.#path.map((key) => (typeof key === 'number' ? `[${key}]` : key)).join('')
    throw new PayloadNotSerializable(this.#what, `$${path}`, reason)
  }
}

/** An object literal, or one without a prototype, which comes back as a literal. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function nameOf(key: unknown): string {
  return typeof key === 'object' && key !== null ? 'an object' : String(key)
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
