// Types that pass through the log as more than JSON. The schema describes their JSON form, which is superjson's, and says
// with `x-baton-type` what they become again.
import { ts } from 'ts-morph'
import type { JsonSchema } from '@baton/sdk/manifest'

/** The keyword that names the type a value has outside of JSON. */
export const BATON_TYPE = 'x-baton-type'

const TYPED_ARRAYS = new Set([
  'Uint8Array', 'Int8Array', 'Uint8ClampedArray', 'Uint16Array', 'Int16Array', 'Uint32Array', 'Int32Array', 'Float32Array', 'Float64Array',
])

/** Instances that cannot be written, with the reason. */
const REFUSED = new Map([
  ['Promise', 'a promise'], ['PromiseLike', 'a promise'], ['Function', 'a function'], ['WeakMap', 'a weak collection'],
  ['WeakSet', 'a weak collection'], ['WeakRef', 'a weak reference'], ['ArrayBuffer', 'a raw buffer'],
  ['SharedArrayBuffer', 'a raw buffer'], ['DataView', 'a raw buffer'], ['AbortSignal', 'an AbortSignal'],
  ['ReadableStream', 'a stream'], ['WritableStream', 'a stream'],
])

/** A type of the language or the host. */
export type LibraryType =
  | { readonly kind: 'schema'; readonly schema: JsonSchema }
  | { readonly kind: 'map' | 'set'; readonly of: readonly ts.Type[] }
  | { readonly kind: 'refused'; readonly why: string }

const ERROR: JsonSchema = {
  type: 'object',
  properties: { name: { type: 'string' }, message: { type: 'string' } },
  required: ['name', 'message'],
  [BATON_TYPE]: 'Error',
}

/** What a type is, if the language or the host declares it. */
export function libraryType(checker: ts.TypeChecker, type: ts.Type): LibraryType | undefined {
  if (isError(checker, type)) return { kind: 'schema', schema: ERROR }
  const name = libraryName(type)
  if (name === undefined) return undefined
  const why = REFUSED.get(name)
  if (why !== undefined) return { kind: 'refused', why }
  if (name === 'Date') return { kind: 'schema', schema: { type: 'string', format: 'date-time', [BATON_TYPE]: 'Date' } }
  if (name === 'URL') return { kind: 'schema', schema: { type: 'string', format: 'uri', [BATON_TYPE]: 'URL' } }
  if (name === 'RegExp') return { kind: 'schema', schema: { type: 'string', [BATON_TYPE]: 'RegExp' } }
  const array = name === 'Buffer' ? 'Uint8Array' : name
  if (TYPED_ARRAYS.has(array)) {
    return { kind: 'schema', schema: { type: 'string', contentEncoding: 'base64', [BATON_TYPE]: array } }
  }
  if (name === 'Map' || name === 'ReadonlyMap') return { kind: 'map', of: argumentsOf(checker, type) }
  if (name === 'Set' || name === 'ReadonlySet') return { kind: 'set', of: argumentsOf(checker, type) }
  return undefined
}

function argumentsOf(checker: ts.TypeChecker, type: ts.Type): readonly ts.Type[] {
  return isReference(type) ? checker.getTypeArguments(type) : []
}

function isReference(type: ts.Type): type is ts.TypeReference {
  return 'target' in type
}

function libraryName(type: ts.Type): string | undefined {
  const symbol = type.getSymbol()
  const file = symbol?.declarations?.[0]?.getSourceFile()
  const isLibrary = file?.isDeclarationFile === true && /\/(?:typescript\/lib|lib|@types\/node)\//.test(file.fileName)
  return isLibrary ? symbol?.name : undefined
}

/** `Error` itself and what extends it: the log carries name, message and cause. */
function isError(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (libraryName(type) === 'Error') return true
  if (!type.isClassOrInterface()) return false
  return (checker.getBaseTypes(type) ?? []).some((base) => isError(checker, base))
}
