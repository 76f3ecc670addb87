// Randomness of workflow code: drawn from the seed in the log, so that a replay draws the same. It is not secret.
import crypto from 'node:crypto'
import type { Region } from '../../core/region.ts'
import { guardedScope } from '../ambient.ts'
import { refuseCall } from './guarded.ts'
import { INTO_A_STEP, violation } from './refuse.ts'
import { inTheGuiseOf, replace } from './replace.ts'

type AnyFunction = (...args: unknown[]) => unknown

/** Slow by their nature and answered from another thread, or random without a seed. */
const REFUSED = [
  'generateKey', 'generateKeySync', 'generateKeyPair', 'generateKeyPairSync', 'generatePrime', 'generatePrimeSync', 'checkPrime',
  'pbkdf2', 'scrypt', 'hkdf', 'argon2', 'randomFill',
]

export function guardRandom(): void {
  // Called in the loops of others: no more is done than must be.
  replace<() => number>(Math, 'random', (base) =>
    inTheGuiseOf(base, () => {
      const here = guardedScope()
      return here ? here.random() : base()
    }))
  for (const target of [crypto, Object.getPrototypeOf(globalThis.crypto) as object]) {
    draw(target, 'randomUUID', (here) => here.uuid())
    draw(target, 'getRandomValues', (here, native) => fill(here, native() as ArrayBufferView))
  }
  // The native call comes first: it checks the arguments and makes what is to be filled.
  draw(crypto, 'randomBytes', (here, native) => fill(here, native() as Uint8Array))
  draw(crypto, 'randomInt', (here, native, args) => {
    native()
    const [low, high] = args.length === 1 ? [0, Number(args[0])] : [Number(args[0]), Number(args[1])]
    return low + Math.floor(here.random() * (high - low))
  })
  draw(crypto, 'randomFillSync', (here, native, args) => {
    const filled = native() as ArrayBufferView & { readonly BYTES_PER_ELEMENT?: number }
    const unit = filled.BYTES_PER_ELEMENT ?? 1
    const from = Number(args[1] ?? 0) * unit
    fill(here, filled, from, args[2] === undefined ? undefined : from + Number(args[2]) * unit)
    return filled
  })
  for (const name of REFUSED) refuseCall(crypto, name, `crypto.${name}()`, INTO_A_STEP)
  const subtle = Object.getPrototypeOf(globalThis.crypto.subtle) as object
  for (const name of Object.getOwnPropertyNames(subtle)) {
    if (name === 'constructor') continue
    refuseCall(subtle, name, `crypto.subtle.${name}()`, `${INTO_A_STEP} Hashes are to be had at once by createHash() of node:crypto.`, 'rejects')
  }
}

/** Replaces a function in workflow code. The forms with a callback are refused: they answer from another thread. */
function draw(
  target: object,
  key: string,
  inside: (here: Region, native: () => unknown, args: readonly unknown[]) => unknown,
): void {
  replace<AnyFunction>(target, key, (base) => {
    const guarded = inTheGuiseOf(base, function guarded(this: unknown, ...args: unknown[]): unknown {
      const here = guardedScope()
      if (!here) return Reflect.apply(base, this, args)
      const error = typeof args.at(-1) === 'function' && violation(here, `crypto.${key}() with a callback`, 'Leave the callback out.', guarded)
      if (error) throw error
      return inside(here, () => Reflect.apply(base, this, args), args)
    })
    return guarded
  })
}

function fill<V extends ArrayBufferView>(here: Region, view: V, from = 0, to = view.byteLength): V {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  for (let i = from; i < to; i++) bytes[i] = Math.floor(here.random() * 256)
  return view
}
