// Owns: which properties of the process are replaced, and what stood there before.

type AnyFunction = (...args: never[]) => unknown

const replacements = new WeakSet<object>()
const undone: (() => void)[] = []

/**
 * Puts `make(base)` in the place of a function or class; nothing where there is none, or where a replacement of ours stands
 * already. What others have put there before is the base: fake timers, another install of Baton.
 */
export function replace<F extends AnyFunction>(target: object, key: string, make: (base: F) => object): void {
  const before = Object.getOwnPropertyDescriptor(target, key)
  if (!before?.configurable || typeof before.value !== 'function' || replacements.has(before.value as object)) return
  put(target, key, before, { ...before, value: make(before.value as F) })
}

/** As `replace`, for a property that is a getter. */
export function replaceGetter<V>(target: object, key: string, make: (base: () => V) => () => V): void {
  const before = Object.getOwnPropertyDescriptor(target, key)
  if (!before?.configurable || !before.get || replacements.has(before.get)) return
  put(target, key, before, { ...before, get: make(before.get as () => V) })
}

/** Puts back what stood there, except where somebody has replaced ours since. */
export function restoreAll(): void {
  for (const undo of undone.splice(0).toReversed()) undo()
}

function put(target: object, key: string, before: PropertyDescriptor, after: PropertyDescriptor): void {
  const ours = (after.get ?? after.value) as object
  replacements.add(ours)
  Object.defineProperty(target, key, after)
  undone.push(() => {
    const now = Object.getOwnPropertyDescriptor(target, key)
    if ((now?.get ?? now?.value) === ours) Object.defineProperty(target, key, before)
  })
}

/** `replacement` with the name, length and further properties of `base`, so that nobody sees a difference. */
export function inTheGuiseOf<F extends object>(base: object, replacement: F): F {
  return Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(base))
}
