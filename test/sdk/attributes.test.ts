import { type AttributeTypes, InvalidAttributes } from '@baton/sdk'
import { loadAttributes, storeAttributes } from '@baton/sdk/host'
import { describe, expect, test } from 'vitest'

const TYPES: AttributeTypes = { customer: 'keyword', tags: 'keywords', total: 'number', vip: 'boolean', due: 'datetime' }

function issuesOf(values: Readonly<Record<string, unknown>>, types = TYPES): readonly string[] {
  try {
    storeAttributes('order', types, values)
  } catch (error) {
    if (error instanceof InvalidAttributes) return error.issues.map(({ attribute, message }) => `${attribute} ${message}`)
    throw error
  }
  return []
}

test('what is stored comes back', () => {
  const values = { customer: 'Ann', tags: ['a', 'b'], total: -0.5, vip: false, due: new Date('2026-02-03T04:05:06.789Z') }
  expect(loadAttributes(JSON.parse(JSON.stringify(storeAttributes('order', TYPES, values))))).toEqual(values)
})

test('a keyword that comes twice is one, and undefined is nothing', () => {
  expect(storeAttributes('order', TYPES, { tags: ['a', 'b', 'a'], customer: undefined, total: -0 })).toEqual({ tags: ['a', 'b'], total: 0 })
})

test('null clears an attribute where that is meant, and is no value elsewhere', () => {
  expect(storeAttributes('order', TYPES, { customer: null }, true)).toEqual({ customer: null })
  expect(issuesOf({ customer: null })).toEqual(['customer is a keyword: give a text of at most 256 characters'])
})

describe('refuses', () => {
  test.each<[string, unknown]>([
    ['customer', 5], ['customer', 'x'.repeat(257)], ['customer', 'a\0'], ['customer', '\uD800'],
    ['tags', 'a'], ['tags', [5]], ['tags', Array.from({ length: 65 }, (_, i) => `${i}`)],
    ['total', Number.NaN], ['total', Number.POSITIVE_INFINITY], ['total', '5'], ['total', 5n],
    ['vip', 'true'], ['vip', 0],
    ['due', new Date(Number.NaN)], ['due', '2026-01-01'], ['due', new Date(8.64e15)], ['due', new Date(Date.UTC(1899, 11, 31))],
  ])('%s: %o', (attribute, value) => {
    expect(issuesOf({ [attribute]: value })).toEqual([expect.stringMatching(new RegExp(`^${attribute} (is|are) a? ?${TYPES[attribute] ?? ''}: give `))])
  })

  test('all that is wrong, at once, with the name that was meant', () => {
    expect(issuesOf({ custmer: 'x', total: 'y', toString: 'z' })).toEqual([
      "custmer is not declared; did you mean 'customer'?",
      'total is a number: give a finite one',
      'toString is not declared; it has customer, tags, total, vip, due',
    ])
    expect(issuesOf({ a: 1 }, {})).toEqual(['a is not declared; the workflow declares no attributes'])
  })
})
