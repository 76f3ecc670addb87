import type { AttributeFilter } from '@baton/runtime'
import { InvalidArgumentError } from 'commander'
import { attributeValue } from './attribute-value.ts'

/** Filters of attributes by name. */
export type AttributeFilters = Readonly<Record<string, AttributeFilter>>

const FORM = /^([^=<>^~]+)(>=|<=|\^=|=|>|<|~)(.*)$/s
const BOUNDS = { '>': 'gt', '>=': 'gte', '<': 'lt', '<=': 'lte' } as const

/** Reads `customer=Ann`, `total>=10`, `name^=An` (begins with) or `tags~new` (contains); bounds of one name are one range. */
export function attributeFilter(text: string, before: AttributeFilters = {}): AttributeFilters {
  const [, name = '', operator = '', rest = ''] = FORM.exec(text) ?? []
  const value = attributeValue(rest)
  if (name === '') throw new InvalidArgumentError('Give name=value, or >, >=, <, <=, ^= (begins with) or ~ (contains) instead of =.')
  if (operator === '^=') return { ...before, [name]: { startsWith: rest } }
  if (operator === '~') return { ...before, [name]: { contains: typeof value === 'string' ? value : rest } }
  if (operator === '=') {
    if (typeof value === 'object' && !(value instanceof Date)) throw new InvalidArgumentError('An attribute equals one value; ask for one of several by ~.')
    return { ...before, [name]: value }
  }
  const bound = value instanceof Date || typeof value === 'number' ? value : new Date(rest)
  if (bound instanceof Date && Number.isNaN(bound.getTime())) throw new InvalidArgumentError(`'${rest}' is no bound; give a number or a date.`)
  const known = before[name]
  const range = typeof known === 'object' && !(known instanceof Date) ? known : {}
  return { ...before, [name]: { ...range, [BOUNDS[operator as keyof typeof BOUNDS]]: bound } as AttributeFilter }
}
