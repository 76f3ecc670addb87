import { DefinitionError } from '../errors/definition-error.ts'
import type { AttributeTypes } from '../types/attributes.ts'
import type { WorkflowClass } from '../types/workflow-types.ts'

const TYPES: ReadonlySet<unknown> = new Set(['keyword', 'keywords', 'number', 'boolean', 'datetime'])
const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,99}$/
/** Each is a row of an index at every start. */
const MOST = 32
const NONE: AttributeTypes = Object.freeze({})

/**
 * The search attributes that a class declares in `static readonly attributes`.
 *
 * @throws DefinitionError `InvalidOption`.
 */
export function defineAttributes(workflow: string, type: WorkflowClass): AttributeTypes {
  const declared = (type as { attributes?: unknown }).attributes
  if (declared === undefined) return NONE
  if (typeof declared !== 'object' || declared === null) {
    throw new DefinitionError('InvalidOption', `${workflow}: static attributes is ${String(declared)}; give a record of names and types.`)
  }
  const entries = Object.entries(declared)
  for (const [name, kind] of entries) {
    if (!NAME.test(name)) {
      throw new DefinitionError('InvalidOption', `${workflow}: '${name}' is no name for an attribute: begin with a letter, go on with letters, digits, '.', '_' or '-', at most 100.`)
    }
    if (!TYPES.has(kind)) {
      throw new DefinitionError('InvalidOption', `${workflow}: attribute '${name}' is declared as '${String(kind)}'; give one of ${[...TYPES].join(', ')}.`)
    }
  }
  if (entries.length > MOST) {
    throw new DefinitionError('InvalidOption', `${workflow} declares ${entries.length} attributes; at most ${MOST} can be searched by.`)
  }
  return Object.freeze({ ...declared }) as AttributeTypes
}
