// How search attributes are checked, and how the database keeps them: JSON that says its own type, so that a filter needs no
// declaration and two workflows may use one name for different things.
import { InvalidAttributes } from '../errors/invalid-attributes.ts'
import type { AttributeType, AttributeTypes, AttributeValue, AttributeValues } from '../types/attributes.ts'
import { nearestName } from './nearest-name.ts'

/** A value as JSON: a moment is an object, a text a string. */
export type StoredAttribute = string | number | boolean | readonly string[] | { readonly at: string }

/** The longest keyword: an index entry holds it whole. */
const MAX_KEYWORD = 256
const MAX_KEYWORDS = 64

/**
 * Checks values against what a workflow declares. `undefined` is left out; `null`, where it may clear an attribute, stays.
 *
 * @throws InvalidAttributes.
 */
export function storeAttributes(workflow: string, types: AttributeTypes, values: Readonly<Record<string, unknown>>): Readonly<Record<string, StoredAttribute>>
export function storeAttributes(workflow: string, types: AttributeTypes, values: Readonly<Record<string, unknown>>, clearing: true): Readonly<Record<string, StoredAttribute | null>>
export function storeAttributes(
  workflow: string,
  types: AttributeTypes,
  values: Readonly<Record<string, unknown>>,
  clearing = false,
): Readonly<Record<string, StoredAttribute | null>> {
  const stored: [string, StoredAttribute | null][] = []
  const issues: { attribute: string; message: string }[] = []
  for (const [attribute, value] of Object.entries(values)) {
    if (value === undefined) continue
    const type = Object.hasOwn(types, attribute) ? types[attribute] : undefined
    const found = type === undefined ? { problem: undeclared(attribute, types) } : value === null && clearing ? { stored: null } : storeAs(type, value)
    if ('problem' in found) issues.push({ attribute, message: found.problem })
    else stored.push([attribute, found.stored])
  }
  if (issues.length > 0) throw new InvalidAttributes(workflow, issues)
  return Object.fromEntries(stored)
}

/** A value as it is stored, or what is wrong with it. */
export function storeAs(type: AttributeType, value: unknown): { readonly stored: StoredAttribute } | { readonly problem: string } {
  switch (type) {
    case 'keyword':
      return isKeyword(value) ? { stored: value } : { problem: `is a keyword: give a text of at most ${MAX_KEYWORD} characters` }
    case 'keywords':
      return Array.isArray(value) && value.length <= MAX_KEYWORDS && value.every(isKeyword)
        ? { stored: [...new Set(value)] }
        : { problem: `are keywords: give an array of at most ${MAX_KEYWORDS} texts of at most ${MAX_KEYWORD} characters` }
    case 'number':
      // JSON has no negative zero, and it equals zero.
      return typeof value === 'number' && Number.isFinite(value) ? { stored: value + 0 } : { problem: 'is a number: give a finite one' }
    case 'boolean':
      return typeof value === 'boolean' ? { stored: value } : { problem: 'is a boolean: give true or false' }
    case 'datetime':
      // Within these years the text sorts as the time does.
      return value instanceof Date && value.getTime() >= Date.UTC(1900, 0, 1) && value.getUTCFullYear() <= 9999
        ? { stored: { at: value.toISOString() } }
        : { problem: 'is a datetime: give a valid Date of the years 1900 to 9999' }
  }
}

/** The values of what was stored, in the order of their names. */
export function loadAttributes(stored: Readonly<Record<string, StoredAttribute>>): AttributeValues {
  return Object.fromEntries(Object.keys(stored).toSorted().flatMap((name) => (stored[name] === undefined ? [] : [[name, load(stored[name])]])))
}

function load(stored: StoredAttribute): AttributeValue {
  if (typeof stored !== 'object') return stored
  return isMoment(stored) ? new Date(stored.at) : [...stored]
}

function isMoment(stored: readonly string[] | { readonly at: string }): stored is { readonly at: string } {
  return !Array.isArray(stored)
}

function isKeyword(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_KEYWORD && value.isWellFormed() && !value.includes('\0')
}

function undeclared(attribute: string, types: AttributeTypes): string {
  const names = Object.keys(types)
  const near = nearestName(attribute, names)
  if (names.length === 0) return 'is not declared; the workflow declares no attributes'
  return `is not declared${near === undefined ? `; it has ${names.join(', ')}` : `; did you mean '${near}'?`}`
}
