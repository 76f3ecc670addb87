import type { JsonSchema } from '@baton/sdk/manifest'

type Scalar = string | number | boolean

/** One of several schemas: constants as an `enum`, the rest as `anyOf`, in an order of their own. */
export function unionSchema(members: readonly JsonSchema[]): JsonSchema {
  const constants = members.map((member) => member['const']).filter((value) => isScalar(value))
  const others = members.filter((member) => !('const' in member))
  const parts = [...constantSchemas(constants), ...others]
  const unique = new Map(parts.map((part) => [JSON.stringify(part), part]))
  const sorted = [...unique].toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)).map(([, part]) => part)
  const [only] = sorted
  return sorted.length === 1 && only ? only : sorted.length === 0 ? { not: {} } : { anyOf: sorted }
}

/** `null` and what stands for `undefined` come last, as people write them. */
function rank(text: string): number {
  return text.startsWith('{"type":"null"') ? 1 : 0
}

function constantSchemas(constants: readonly Scalar[]): readonly JsonSchema[] {
  const strings = constants.filter((value) => typeof value === 'string').toSorted()
  const numbers = constants.filter((value) => typeof value === 'number').toSorted((a, b) => a - b)
  const booleans = constants.filter((value) => typeof value === 'boolean')
  const both = new Set(booleans).size === 2
  return [
    ...oneOf('string', strings),
    ...oneOf('number', numbers),
    ...(both ? [{ type: 'boolean' }] : booleans.map((value) => ({ const: value }))),
  ]
}

function oneOf(type: string, values: readonly Scalar[]): readonly JsonSchema[] {
  const [only] = values
  if (only === undefined) return []
  return [values.length === 1 ? { const: only } : { type, enum: [...values] }]
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
