const BRAND = Symbol.for('baton.error')

interface Branded {
  readonly [BRAND]?: readonly string[]
}

/**
 * Every error Baton raises on purpose: it has a stable `code`, a cause where there is one, and a sentence that says what
 * happened, to which id, and what to do next.
 *
 * `instanceof` goes by a brand, so it holds across duplicate installs of the package and after a trip through the log.
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
    for (let type: unknown = new.target; isErrorClass(type); type = Object.getPrototypeOf(type)) kinds.push(type.kind)
    this.name = kinds[0] ?? 'BatonError'
    Object.defineProperty(this, BRAND, { value: kinds, enumerable: false })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false
    return (value as Branded)[BRAND]?.includes(this.kind) ?? false
  }
}

function isErrorClass(type: unknown): type is typeof BatonError {
  return typeof type === 'function' && 'kind' in type && typeof type.kind === 'string'
}
