import { describe, expect, it } from 'vitest'
import { encode } from '../../packages/runtime/src/payload/codec.ts'
import { PayloadNotSerializable } from '../../packages/runtime/src/payload/payload-errors.ts'

class Money {
  amount = 1
}

function circle(): object {
  const top: { list: unknown[] } = { list: [1] }
  top.list.push({ top })
  return top
}

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

describe('what does not survive the log is refused at its path', () => {
  it.each<[string, unknown, string, string]>([
    ['a function', { a: [{ b: () => 1 }] }, '$.a[0].b', 'is a function'],
    ['the value itself', () => 1, '$', 'is a function'],
    ['a symbol', [1, Symbol('s')], '$[1]', 'is a symbol'],
    ['an instance of a class', { price: new Money() }, '$.price', 'is an instance of Money, whose behaviour would be lost'],
    ['an instance in a Map', new Map([['x', new Money()]]), '$.get(x)', 'is an instance of Money, whose behaviour would be lost'],
    ['a key of a Map', new Map([[() => 1, 1]]), '$.keys()', 'is a function'],
    ['below an odd key of a Map', { m: new Map([[Object.create(null), Symbol('s')]]) }, '$.m.get(an object)', 'is a symbol'],
    ['a member of a Set', { s: new Set([1, new Set([() => 1])]) }, '$.s.values().values()', 'is a function'],
    ['a circle', circle(), '$.list[1].top', 'refers back to an object that contains it'],
    ['a promise', { later: Promise.resolve(1) }, '$.later', 'is an instance of Promise, whose behaviour would be lost'],
    ['a WeakMap', [new WeakMap()], '$[0]', 'is an instance of WeakMap, whose behaviour would be lost'],
    ['a DataView', new DataView(new ArrayBuffer(1)), '$', 'is an instance of DataView, whose behaviour would be lost'],
    ['a method toJSON', { a: { toJSON: () => 'other' } }, '$.a.toJSON', 'is a function'],
    ['beside a date', { at: new Date(0), later: () => 1 }, '$.later', 'is a function'],
    ['an instance of a class without a name', { a: new (class {})() }, '$.a', 'is an instance of a nameless class, whose behaviour would be lost'],
  ])('%s', (_, value, path, reason) => {
    const refusal = refusalOf(value)
    expect({ path: refusal.path, message: refusal.message }).toEqual({
      path,
      message: `The value cannot be written to the log: ${path} ${reason}. Nothing was written.`,
    })
  })

  it('a circle through a Map or a Set too', () => {
    const map = new Map<string, unknown>()
    map.set('self', new Set([map]))
    expect(refusalOf(map).path).toBe('$.get(self).values()')
  })

  it('what is nested too deep, rather than overflow the stack', () => {
    expect(encode('The value', nested(1_000))).toHaveLength(2_001)
    expect(refusalOf(nested(1_001)).message).toMatch(/is nested more than 1,000 deep/)
    expect(refusalOf(nested(100_000)).code).toBe('PayloadNotSerializable')
  })
})

function refusalOf(value: unknown): PayloadNotSerializable {
  try {
    encode('The value', value)
  } catch (error) {
    if (error instanceof PayloadNotSerializable) return error
    throw error
  }
  throw new Error('It was encoded.')
}
