import { ApplicationError } from '@baton/sdk'
import fc from 'fast-check'
import { SuperJSON } from 'superjson'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../packages/runtime/src/payload/codec.ts'
import { PayloadTooLarge } from '../../packages/runtime/src/payload/payload-errors.ts'

function roundTrip(value: unknown): unknown {
  return decode(encode('The value', value))
}

describe('a payload comes back as it was', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['text with NUL and a lone surrogate', 'a\0b\uD800c\u{1F600}'],
    ['an empty object', {}],
    ['NaN', Number.NaN],
    ['minus zero', -0],
    ['infinities', [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ['a bigint', 123_456_789_012_345_678_901_234_567_890n],
    ['a negative bigint', -5n],
    ['a date', new Date('2024-02-29T12:34:56.789Z')],
    ['a date before the common era', new Date(-100_000_000_000_000)],
    ['a map of anything', new Map<unknown, unknown>([['a', 1], [Number.NaN, -0], [new Date(0), new Map([[1n, new Set(['x'])]])]])],
    ['a set of anything', new Set<unknown>([1n, 'a', new Date(0), { a: new Set([undefined]) }])],
    ['undefined in an array', [undefined, 1, undefined]],
    ['an expression with slashes', /a\/[/]b/giu],
    ['a URL', new URL('https://user:pw@example.org:8080/a%20b?q=1#h')],
    ['a map in an object whose keys have dots', { 'a.b': { 'c\\.d': new Map([['x.y', 1n]]) }, '': new Date(0) }],
    ['the key constructor', { constructor: 'x', prototype: 'y', at: new Date(0) }],
    ['what looks like a marked payload', { $superjson: { json: 1, meta: { values: ['Date'], v: 1 } } }],
    ['what looks like one, with a date', { $superjson: { json: 1 }, at: new Date(0) }],
    ['a marker further down', { a: { $superjson: 1n } }],
  ])('%s', (_, value) => {
    expect(roundTrip(value)).toStrictEqual(value)
  })

  it('with __proto__ as a key like any other, plain or among dates', () => {
    const plain = JSON.parse('{"__proto__":{"admin":true},"n":1}') as object
    const rich = Object.assign(JSON.parse('{"__proto__":1,"n":1}') as object, { at: new Date(0) })
    for (const value of [plain, rich]) {
      const back = roundTrip(value) as object
      expect(Object.keys(back)).toEqual(Object.keys(value))
      expect(Object.getPrototypeOf(back)).toBe(Object.prototype)
    }
    const deep = JSON.parse('{"__proto__":{"at":0}}') as Record<string, { at: unknown }>
    const own = Object.getOwnPropertyDescriptor(deep, '__proto__')?.value as { at: unknown }
    own.at = new Date(5)
    expect(JSON.stringify(roundTrip(deep))).toBe('{"__proto__":{"at":"1970-01-01T00:00:00.005Z"}}')
  })

  it('an invalid date stays one', () => {
    expect((roundTrip(new Date(Number.NaN)) as Date).getTime()).toBeNaN()
  })

  it.each([
    new Uint8Array([1, 255]), new Int8Array([-1]), new Uint8ClampedArray([255]), new Uint16Array([65_535]), new Int16Array([-2]),
    new Uint32Array([2 ** 32 - 1]), new Int32Array([-3]), new Float32Array([0.5, Number.NaN]),
    new Float64Array([Number.NaN, Number.POSITIVE_INFINITY, -0, Math.PI]), new BigInt64Array([-1n]), new BigUint64Array([2n ** 63n]),
  ])('a typed array: %o', (value) => {
    const back = roundTrip({ value }) as { value: typeof value }
    expect(Object.prototype.toString.call(back.value)).toBe(Object.prototype.toString.call(value))
    expect(back.value).toStrictEqual(value)
  })

  it('a window of a larger buffer brings its own bytes only', () => {
    const whole = new Float64Array([1, 2, 3])
    expect(roundTrip(whole.subarray(1, 2))).toStrictEqual(new Float64Array([2]))
  })

  it('a Buffer comes as the Uint8Array it is', () => {
    expect(roundTrip(Buffer.from('baton'))).toStrictEqual(new Uint8Array(Buffer.from('baton')))
  })

  it('an error keeps name, message, code, stack and causes', () => {
    const cause = Object.assign(new TypeError('inner'), { code: 'EPIPE' })
    const error = new Error('outer', { cause })
    const { failed } = roundTrip({ failed: error }) as { failed: Error & { cause: Error & { code: string } } }
    expect(failed).toBeInstanceOf(Error)
    expect({ name: failed.name, message: failed.message, stack: failed.stack }).toEqual({ name: 'Error', message: 'outer', stack: error.stack })
    expect({ name: failed.cause.name, code: failed.cause.code }).toEqual({ name: 'TypeError', code: 'EPIPE' })
  })

  it("an error of Baton's own keeps its class", () => {
    const [error] = roundTrip([new ApplicationError('no', { type: 'T', details: { n: 1 } })]) as [ApplicationError]
    expect(error).toBeInstanceOf(ApplicationError)
    expect(error).toMatchObject({ type: 'T', details: { n: 1 } })
  })

  it('without a prototype becomes an object literal', () => {
    expect(roundTrip(Object.assign(Object.create(null), { a: 1 }))).toStrictEqual({ a: 1 })
  })

  it('a member that is undefined is left out, as JSON does, also beside a date', () => {
    expect(roundTrip({ a: undefined })).toStrictEqual({})
    expect(roundTrip({ a: undefined, at: new Date(0) })).toStrictEqual({ at: new Date(0) })
  })

  it('holes of an array are undefined', () => {
    const sparse = [1]
    sparse[2] = 3
    expect(roundTrip(sparse)).toStrictEqual([1, undefined, 3])
  })

  it('shared members are fine: each place gets its own', () => {
    const shared = { at: new Date(0) }
    const back = roundTrip({ a: shared, b: [shared, shared], c: new Set([[shared], shared]) }) as { a: object; b: object[] }
    expect(back).toStrictEqual({ a: shared, b: [shared, shared], c: new Set([[shared], shared]) })
    expect(back.a).not.toBe(back.b[0])
  })

  it('in the order of its keys, in Maps and Sets too', () => {
    const back = roundTrip({ z: new Date(0), a: 1n, m: new Map([['y', 1n], ['b', 2n]]), s: new Set([new Date(1), 'x', new Date(0)]) })
    expect(Object.keys(back as object)).toEqual(['z', 'a', 'm', 's'])
    expect([...(back as { m: Map<string, bigint> }).m.keys()]).toEqual(['y', 'b'])
    expect([...(back as { s: Set<unknown> }).s]).toEqual([new Date(1), 'x', new Date(0)])
  })
})

const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\0', '\uD800', '__proto__', 'constructor', '$superjson', 'a.b', '\\', '-0', 'NaN'),
  fc.double(),
  fc.integer(),
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom<unknown>(null, undefined, -0),
  fc.date({ noInvalidDate: false }),
  fc.webUrl().map((url) => new URL(url)),
  fc.constantFrom(/a/, /[/]\/\\/gi),
  fc.uint8Array(),
  fc.float64Array(),
  fc.float32Array(),
  fc.bigInt64Array(),
)
const key = fc.oneof(fc.string(), fc.constantFrom('$superjson', 'constructor', 'prototype', 'toString', 'toJSON', 'a.b', 'a\\.b', '', '0'))
const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(key, tie('value').filter((value) => value !== undefined), { noNullPrototype: true, maxKeys: 6 }),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 6 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 6 }).map((members) => new Set(members)),
  ),
}))

describe('any payload', () => {
  it('comes back equal, in the same order', () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(shown(roundTrip(value))).toBe(shown(value))
      }),
      { numRuns: 2_000 },
    )
  })

  it('of JSON alone is written as JSON, unless it bears the marker', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        if (Object.is(value, -0) || JSON.stringify(value) !== JSON.stringify(JSON.parse(JSON.stringify(value)))) return
        const json = JSON.stringify(value)
        const text = encode('The value', value)
        expect(String(text).includes('$superjson') ? json : text).toBe(json)
        expect(roundTrip(value)).toStrictEqual(value)
      }),
      { numRuns: 1_000 },
    )
  })

  it('is written the same again after a round trip', () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(encode('The value', roundTrip(value))).toBe(encode('The value', value))
      }),
      { numRuns: 500 },
    )
  })

  it("is readable by superjson, where superjson has the type", () => {
    const value = { at: new Date(0), n: 5n, m: new Map([['a.b', new Set([-0])]]), 'x.y': [undefined, /a/g], u: new URL('http://x/') }
    const { $superjson } = JSON.parse(String(encode('The value', value))) as { $superjson: Parameters<SuperJSON['deserialize']>[0] }
    expect(SuperJSON.deserialize($superjson)).toStrictEqual(value)
  })
})

/** A value spelled out with its types and in its order; matchers look at neither fully. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return String(value)
  const type = Object.prototype.toString.call(value)
  if (Array.isArray(value)) return `[${value.map(shown).join()}]`
  if (value instanceof Map) return `Map(${[...value].map(([k, v]) => `${shown(k)}=>${shown(v)}`).join()})`
  if (value instanceof Set) return `Set(${[...value].map(shown).join()})`
  if (value instanceof Date) return `Date(${value.getTime()})`
  if (ArrayBuffer.isView(value)) return `${type}(${[...(value as Float64Array)].map(shown).join()})`
  if (value instanceof URL || value instanceof RegExp) return `${type}(${String(value)})`
  return `{${Object.entries(value).map(([k, v]) => `${JSON.stringify(k)}:${shown(v)}`).join()}}`
}

describe('a payload too large', () => {
  it('is refused by its bytes, not its characters', () => {
    expect(encode('The value', '€'.repeat(10), 32)).toHaveLength(12)
    expect(() => encode('The value', '€'.repeat(11), 32)).toThrow(PayloadTooLarge)
  })

  it('at the limit is taken', () => {
    expect(encode('The value', 'x'.repeat(30), 32)).toHaveLength(32)
    expect(() => encode('The value', 'x'.repeat(31), 32)).toThrow(
      'The value takes 33 bytes, the limit is 32. Nothing was written. Store it elsewhere and pass a reference.',
    )
  })

  it('says how large it is', () => {
    expect(() => encode('The value', 'x'.repeat(3_000_000))).toThrow(expect.objectContaining({ code: 'PayloadTooLarge', bytes: 3_000_002, limit: 2_097_152 }))
  })
})
