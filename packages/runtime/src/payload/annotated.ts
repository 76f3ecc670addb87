// Values that JSON alone does not carry, in superjson's format: the nearest JSON, and beside it a tree that says which places
// mean more. Superjson reads what is written here; its own writer is not used, because it refuses keys such as `constructor`
// and loses errors, NaN in typed arrays, invalid dates and the order of sets with shared members (test/payload).
import { fromFailure, Failure, toFailure } from './failure.ts'
import { isPlainObject } from './inspect.ts'

/** What a place means: one of superjson's types, or one of ours. */
type Annotation = 'undefined' | 'bigint' | 'number' | 'Date' | 'regexp' | 'URL' | 'set' | 'map' | readonly ['custom', string]

/** The annotations of a value: its own, those of its members by escaped key, or both. */
type Tree = readonly [Annotation] | readonly [Annotation, Branches] | Branches
type Branches = { readonly [key: string]: Tree }

/** The form in which an annotated value is written. */
export interface Annotated {
  readonly json: unknown
  readonly meta?: { readonly values: Tree; readonly v: 1 }
}

interface Written {
  readonly json: unknown
  readonly tree: Tree | undefined
}

/** The annotated form of a value that `inspect` has let through. */
export function annotate(value: unknown): Annotated {
  const { json, tree } = write(value)
  return tree === undefined ? { json } : { json, meta: { values: tree, v: 1 } }
}

/** The value of an annotated form; takes the form apart. */
export function revive({ json, meta }: Annotated): unknown {
  return meta === undefined ? json : read(json, meta.values)
}

function write(value: unknown): Written {
  switch (typeof value) {
    case 'undefined':
      return { json: null, tree: ['undefined'] }
    case 'bigint':
      return { json: value.toString(), tree: ['bigint'] }
    case 'number':
      if (Object.is(value, -0)) return { json: '-0', tree: ['number'] }
      return Number.isFinite(value) ? { json: value, tree: undefined } : { json: String(value), tree: ['number'] }
    case 'object':
      return value === null ? { json: null, tree: undefined } : writeObject(value)
    default:
      return { json: value, tree: undefined }
  }
}

function writeObject(value: object): Written {
  if (Array.isArray(value)) return writeArray(value)
  if (isPlainObject(value)) return writeMembers(value)
  if (value instanceof Map) return typed('map', writeArray([...value]))
  if (value instanceof Set) return typed('set', writeArray([...value]))
  if (value instanceof Date) return { json: Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString(), tree: ['Date'] }
  if (value instanceof RegExp) return { json: String(value), tree: ['regexp'] }
  if (value instanceof URL) return { json: value.href, tree: ['URL'] }
  if (value instanceof Error) return { json: toFailure(value), tree: [['custom', 'error']] }
  const { buffer, byteOffset, byteLength } = value as ArrayBufferView
  return { json: Buffer.from(buffer, byteOffset, byteLength).toString('base64'), tree: [['custom', arrayType(value)]] }
}

function writeArray(values: readonly unknown[]): Written {
  const json: unknown[] = []
  const branches: Record<string, Tree> = {}
  let marked = false
  for (let i = 0; i < values.length; i++) {
    const member = write(values[i])
    json.push(member.json)
    if (member.tree === undefined) continue
    branches[i] = member.tree
    marked = true
  }
  return { json, tree: marked ? branches : undefined }
}

function writeMembers(value: object): Written {
  // Without a prototype `__proto__` is a key as any other.
  const json = Object.create(null) as Record<string, unknown>
  const branches = Object.create(null) as Record<string, Tree>
  let marked = false
  for (const key of Object.keys(value)) {
    const given = (value as Record<string, unknown>)[key]
    if (given === undefined) continue // as JSON does, whatever else the object holds
    const member = write(given)
    json[key] = member.json
    if (member.tree === undefined) continue
    branches[escapeKey(key)] = member.tree
    marked = true
  }
  return { json, tree: marked ? branches : undefined }
}

function typed(annotation: Annotation, { json, tree }: Written): Written {
  return { json, tree: tree === undefined ? [annotation] : [annotation, tree as Branches] }
}

function read(json: unknown, tree: Tree): unknown {
  if (!Array.isArray(tree)) return readMembers(json, tree as Branches)
  const [annotation, branches] = tree as readonly [Annotation, Branches?]
  return make(annotation, branches === undefined ? json : readMembers(json, branches))
}

function readMembers(json: unknown, branches: Branches): unknown {
  const members = json as Record<string, unknown>
  for (const [escaped, tree] of Object.entries(branches)) {
    const key = unescapeKey(escaped)
    const value = read(members[key], tree)
    // Assigning to `__proto__` would set the prototype instead.
    if (key === '__proto__') Object.defineProperty(members, key, { value, writable: true, enumerable: true, configurable: true })
    else members[key] = value
  }
  return members
}

function make(annotation: Annotation, json: unknown): unknown {
  switch (annotation) {
    case 'undefined':
      return undefined
    case 'bigint':
      return BigInt(json as string)
    case 'number':
      return Number(json)
    case 'Date':
      return new Date(json as string)
    case 'regexp': {
      const text = json as string
      const end = text.lastIndexOf('/')
      return new RegExp(text.slice(1, end), text.slice(end + 1))
    }
    case 'URL':
      return new URL(json as string)
    case 'set':
      return new Set(json as unknown[])
    case 'map':
      return new Map(json as [unknown, unknown][])
    default:
      return annotation[1] === 'error' ? fromFailure(Failure.parse(json)) : makeArray(annotation[1], json as string)
  }
}

type ArrayType = new (buffer: ArrayBuffer) => ArrayBufferView

const ARRAY_TYPES: ReadonlyMap<string, ArrayType> = new Map(
  [
    Uint8Array, Int8Array, Uint8ClampedArray, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array,
    BigInt64Array, BigUint64Array,
  ].map((type: ArrayType) => [type.name, type]),
)

/** The kind of a typed array, as the language names it: a Buffer is a Uint8Array. */
function arrayType(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}

function makeArray(name: string, base64: string): ArrayBufferView {
  const type = ARRAY_TYPES.get(name) ?? (globalThis as unknown as Record<string, ArrayType | undefined>)[name]
  if (!type) throw new TypeError(`This runtime has no ${name}, which a payload holds.`)
  const bytes = Buffer.from(base64, 'base64')
  // A copy of its own: small buffers share a pool, and not at every type's alignment.
  return new type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer)
}

function escapeKey(key: string): string {
  return key.replaceAll('\\', '\\\\').replaceAll('.', '\\.')
}

function unescapeKey(key: string): string {
  return key.replaceAll(/\\([\\.])/g, '$1')
}
