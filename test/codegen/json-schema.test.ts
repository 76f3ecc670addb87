import { describe, expect, test } from 'vitest'
import { compile } from './support/compile.ts'

/** The schema of a type as a step's result, and refusals. */
function schemaOf(type: string, top = ''): unknown {
  const source = `import { Step, Workflow } from '@baton/sdk'\nimport { z } from 'zod'\n${top}\n@Workflow({ name: 'w' }) export class W {\n\n\n@Step()\nasync a(): Promise<${type}> { throw new Error(String(z)) } }`
  const { manifest, diagnostics } = compile({ 'w.ts': source })
  const refusals = diagnostics.filter(({ code }) => code === 'NotSerializable').map(({ message }) => message.replace(/ of step.* is /, ' is '))
  return refusals.length > 0 ? refusals : manifest.workflows[0]?.steps[0]?.output
}

const string = { type: 'string' }
const number = { type: 'number' }
const missing = { type: 'null', 'x-baton-type': 'undefined' }

describe('a type as JSON Schema', () => {
  const cases: Record<string, unknown> = {
    string, number, boolean: { type: 'boolean' }, null: { type: 'null' }, undefined: missing, void: missing, unknown: {}, any: {}, never: { not: {} },
    bigint: { type: 'string', pattern: '^-?[0-9]+$', 'x-baton-type': 'bigint' },
    "'b' | 'a'": { type: 'string', enum: ['a', 'b'] },
    "'one'": { const: 'one' },
    '2 | 10 | 1': { type: 'number', enum: [1, 2, 10] },
    'boolean | null': { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
    'string | undefined': { anyOf: [string, missing] },
    'string | number[]': { anyOf: [{ type: 'array', items: number }, string] },
    '`id-${string}`': string,
    'readonly string[]': { type: 'array', items: string },
    '[string, number?]': { type: 'array', prefixItems: [string, number], items: false, minItems: 1 },
    '[string, ...number[]]': { type: 'array', prefixItems: [string], items: number, minItems: 1 },
    '{ b: string; a?: number }': { type: 'object', properties: { b: string, a: number }, required: ['b'] },
    'Record<string, number>': { type: 'object', additionalProperties: number },
    "Record<'y' | 'x', number>": { type: 'object', properties: { x: number, y: number }, required: ['x', 'y'] },
    "Pick<{ c: string; b: number; a: string }, 'a' | 'c'>": { type: 'object', properties: { c: string, a: string }, required: ['c', 'a'] },
    '{ a: string } & { b: number }': { type: 'object', properties: { a: string, b: number }, required: ['a', 'b'] },
    Date: { type: 'string', format: 'date-time', 'x-baton-type': 'Date' },
    URL: { type: 'string', format: 'uri', 'x-baton-type': 'URL' },
    RegExp: { type: 'string', 'x-baton-type': 'RegExp' },
    Uint8Array: { type: 'string', contentEncoding: 'base64', 'x-baton-type': 'Uint8Array' },
    'Set<string>': { type: 'array', items: string, uniqueItems: true, 'x-baton-type': 'Set' },
    'ReadonlyMap<string, number>': {
      type: 'array', items: { type: 'array', prefixItems: [string, number], items: false, minItems: 2 }, 'x-baton-type': 'Map',
    },
    object: { type: 'object' },
  }
  test.each(Object.entries(cases))('%s', (type, schema) => expect(schemaOf(type)).toEqual(schema))

  test('the order of properties is that of the source', () => {
    expect(JSON.stringify(schemaOf('{ z: string; a: string; m: string }'))).toMatch(/"z".*"a".*"m"/)
  })

  test('Error and what extends it', () => {
    expect(schemaOf('Lost', 'class Lost extends Error { where = 1 }')).toMatchObject({ 'x-baton-type': 'Error' })
  })

  test('an enum', () => expect(schemaOf('Size', "enum Size { L = 'l', S = 's' }")).toEqual({ type: 'string', enum: ['l', 's'] }))

  test('doc comments become descriptions', () => {
    expect(schemaOf('T', 'interface T {\r\n/** How much,\r\n * in cents. */ price: number }')).toMatchObject({
      properties: { price: { type: 'number', description: 'How much,\nin cents.' } },
    })
  })

  test('a type that contains itself', () => {
    expect(schemaOf('Tree', 'interface Tree { value: string; children: Tree[]; parent?: Tree }')).toEqual({
      $ref: '#/$defs/Tree',
      $defs: {
        Tree: {
          type: 'object',
          properties: { value: string, children: { type: 'array', items: { $ref: '#/$defs/Tree' } }, parent: { $ref: '#/$defs/Tree' } },
          required: ['value', 'children'],
        },
      },
    })
  })

  test('a union that contains itself', () => {
    expect(schemaOf('Json', 'type Json = string | null | Json[] | { [key: string]: Json }')).toMatchObject({ $ref: '#/$defs/Json' })
  })

  test('what zod infers', () => {
    expect(schemaOf('z.infer<typeof T>', 'const T = z.object({ b: z.string().optional(), a: z.array(z.enum(["y", "x"])) })')).toEqual({
      type: 'object',
      properties: { b: string, a: { type: 'array', items: { type: 'string', enum: ['x', 'y'] } } },
      required: ['a'],
    })
  })
})

describe('what does not survive the log is refused with its path', () => {
  const cases: Record<string, unknown> = {
    '() => void': ['output is a function, which does not survive the log.'],
    symbol: ['output is a symbol, which does not survive the log.'],
    '{ items: { callback: () => void }[] }': ['output.items[].callback is a function, which does not survive the log.'],
    '[string, Promise<number>]': ['output[1] is a promise, which does not survive the log.'],
    'Map<string, WeakMap<object, number>>': ['output[] is a weak collection, which does not survive the log.'],
    '{ "a-b"?: symbol }': ['output["a-b"] is a symbol, which does not survive the log.'],
    '{ run(): void }': ['output.run is a function, which does not survive the log.'],
  }
  test.each(Object.entries(cases))('%s', (type, refusals) => expect(schemaOf(type)).toEqual(refusals))

  test('an instance with methods', () => {
    expect(schemaOf('{ c: C }', 'class C { n = 1; get(): number { return this.n } }')).toEqual([
      'output.c.get is a method of the class C, which the log would drop, which does not survive the log.',
    ])
  })
})

describe('what a message takes', () => {
  const described = (members: string, top = ''): unknown => {
    const source = `import { Query, Run, Signal, Step, Update, Workflow } from '@baton/sdk'\nimport { z } from 'zod'\n${top}\n@Workflow({ name: 'w' }) export class W extends Base {\n@Run() async run(): Promise<void> { void [Query, Signal, Step, Update, z] }\n${members} }`
    const base = source.includes('class Base') ? source : source.replace(' extends Base', '')
    const { manifest, diagnostics } = compile({ 'w.ts': base })
    expect(diagnostics).toEqual([])
    const [workflow] = manifest.workflows
    const plain = (one: { source: unknown }): object => Object.fromEntries(Object.entries(one).filter(([key]) => key !== 'source'))
    return workflow && { signals: workflow.signals.map(plain), queries: workflow.queries.map(plain), updates: workflow.updates.map(plain) }
  }

  test('is the type of its parameters', () => {
    expect(described('@Signal() s(by: string, at: Date): void { void [by, at] }\n@Query() q(): number { return 1 }\n@Update() async u(n: 1 | 2): Promise<bigint> { return BigInt(n) }')).toEqual({
      signals: [{ name: 's', parameters: [{ name: 'by', schema: string }, { name: 'at', schema: { type: 'string', format: 'date-time', 'x-baton-type': 'Date' } }] }],
      queries: [{ name: 'q', parameters: [], output: number }],
      updates: [{
        name: 'u', parameters: [{ name: 'n', schema: { type: 'number', enum: [1, 2] } }],
        output: { type: 'string', pattern: '^-?[0-9]+$', 'x-baton-type': 'bigint' }, validate: null,
      }],
    })
  })

  test('is for the first what its zod schema takes', () => {
    const top = 'const Amount = z.string().transform(Number)'
    expect(described('@Signal({ payload: Amount }) s(amount: number, note: string): void { void [amount, note] }', top)).toMatchObject({
      signals: [{ name: 's', parameters: [{ name: 'amount', schema: string }, { name: 'note', schema: string }] }],
    })
  })

  test('counts in a base class, the nearest declaration winning', () => {
    const top = 'abstract class Base { @Signal() s(n: number): void { void n }\n@Query() q(): string { return "" }\n@Update({ validate: "check" }) u(n: number): void { void n } check(n: number): void { if (n < 0) throw new Error("negative") } }'
    expect(described('override q(): "on" | "off" { return "on" }', top)).toEqual({
      signals: [{ name: 's', parameters: [{ name: 'n', schema: number }] }],
      queries: [{ name: 'q', parameters: [], output: { type: 'string', enum: ['off', 'on'] } }],
      updates: [{ name: 'u', parameters: [{ name: 'n', schema: number }], output: missing, validate: 'check' }],
    })
  })
})
