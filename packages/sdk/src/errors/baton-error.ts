const BRAND = Symbol.for('baton.error')

interface Branded {
  readonly [BRAND]?: readonly string[]
}

/**
 * Every error Baton raises on purpose: it has a stable `code`, a cause where there is one, and a sentence that says what
 * happened, to which id, and what to do next.
 *
 * `instanceof` goes by a brand, so it holds across duplicate installs of the package and after a trip through the log; a
 * subclass of your own takes part if it says `static override readonly kind = 'ItsName'`.
 *
 * @example
 * try { await baton.start('order', { id: '42', input }) } catch (error) {
 *   if (error instanceof BatonError && error.code === 'ExecutionIdReused') return
 *   throw error
 * }
 */
export class BatonError extends Error {
  /** The names of the class and its ancestors, as `instanceof` compares them. */
  static readonly kind: string = 'BatonError'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    const kinds: string[] = []
    for (let type: unknown = new.target; isErrorClass(type); type = Object.getPrototypeOf(type)) {
      if (Object.hasOwn(type, 'kind')) kinds.push(type.kind)
    }
    this.name = kinds[0] ?? 'BatonError'
    brand(this, kinds)
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A subclass that gave itself no kind is known by its prototype alone, else every sibling would pass for it.
    if (!Object.hasOwn(this, 'kind')) return Function.prototype[Symbol.hasInstance].call(this, value)
    if (typeof value !== 'object' || value === null) return false
    return (value as Branded)[BRAND]?.includes(this.kind) ?? false
  }
}

/** The kinds an error answers `instanceof` by; undefined where it is not Baton's. */
export function kindsOf(error: object): readonly string[] | undefined {
  return (error as Branded)[BRAND]
}

/** Makes an error that comes from the log answer for the classes it was an instance of. */
export function brand(error: BatonError, kinds: readonly string[]): void {
  Object.defineProperty(error, BRAND, { value: kinds, enumerable: false, configurable: true })
}

function isErrorClass(type: unknown): type is typeof BatonError {
  return typeof type === 'function' && 'kind' in type && typeof type.kind === 'string'
}
