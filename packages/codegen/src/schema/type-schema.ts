// TypeScript types to JSON Schema. No user code runs: a zod schema counts by the type it infers. What comes out must not
// depend on the order in which files were read, so whatever the compiler orders by its own ids is sorted here.
import { ts } from 'ts-morph'
import type { JsonSchema } from '@baton/sdk/manifest'
import { Definitions } from './definitions.ts'
import { BATON_TYPE, libraryType } from './library-types.ts'
import { docOf, propertiesOf } from './object-members.ts'
import { element, property, type TypePath } from './type-path.ts'
import { unionSchema } from './union-schema.ts'

/** A place in a type that does not survive the log. */
interface Refusal {
  readonly path: TypePath
  /** Completes "… is". */
  readonly why: string
}

export interface TypeSchema {
  readonly schema: JsonSchema
  readonly refusals: readonly Refusal[]
}

/** Nothing sensible nests deeper; a type that does grows with each level. */
const DEEPEST = 40

/** The JSON Schema of a type; `path` is what the value is called in refusals. */
export function typeSchema(checker: ts.TypeChecker, type: ts.Type, path: TypePath): TypeSchema {
  const walk = new TypeWalk(checker)
  const schema = walk.definitions.attach(walk.schema(type, path, 0))
  return { schema, refusals: walk.refusals }
}

const is = (type: ts.Type, flags: ts.TypeFlags): boolean => (type.flags & flags) !== 0

class TypeWalk {
  readonly definitions = new Definitions()
  readonly refusals: Refusal[] = []
  readonly #checker: ts.TypeChecker

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker
  }

  schema(type: ts.Type, path: TypePath, depth: number): JsonSchema {
    if (depth > DEEPEST) return this.#refuse(path, 'nested without end')
    return this.#primitive(type, path) ?? this.definitions.once(type, () => this.#structure(type, path, depth + 1))
  }

  #primitive(type: ts.Type, path: TypePath): JsonSchema | undefined {
    const { TypeFlags } = ts
    if (is(type, TypeFlags.Any | TypeFlags.Unknown)) return {}
    if (is(type, TypeFlags.Never)) return { not: {} }
    if (is(type, TypeFlags.Null)) return { type: 'null' }
    if (is(type, TypeFlags.Undefined | TypeFlags.Void)) return { type: 'null', [BATON_TYPE]: 'undefined' }
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value }
    if (is(type, TypeFlags.BooleanLiteral)) return { const: this.#checker.typeToString(type) === 'true' }
    if (is(type, TypeFlags.StringLike)) return { type: 'string' }
    if (is(type, TypeFlags.NumberLike) && !type.isUnion()) return { type: 'number' }
    if (is(type, TypeFlags.Boolean)) return { type: 'boolean' }
    if (is(type, TypeFlags.BigIntLike)) return { type: 'string', pattern: '^-?[0-9]+$', [BATON_TYPE]: 'bigint' }
    if (is(type, TypeFlags.ESSymbolLike)) return this.#refuse(path, 'a symbol')
    return undefined
  }

  #structure(type: ts.Type, path: TypePath, depth: number): JsonSchema {
    if (type.isUnion()) return unionSchema(type.types.map((member) => this.schema(member, path, depth)))
    if (is(type, ts.TypeFlags.TypeParameter | ts.TypeFlags.IndexedAccess | ts.TypeFlags.Conditional)) {
      const bound = this.#checker.getBaseConstraintOfType(type)
      return bound && bound !== type ? this.schema(bound, path, depth) : {}
    }
    if (is(type, ts.TypeFlags.NonPrimitive)) return { type: 'object' }
    return this.#library(type, path, depth) ?? this.#list(type, path, depth) ?? this.#object(type, path, depth)
  }

  #library(type: ts.Type, path: TypePath, depth: number): JsonSchema | undefined {
    const library = libraryType(this.#checker, type)
    if (!library) return undefined
    if (library.kind === 'refused') return this.#refuse(path, library.why)
    if (library.kind === 'schema') return library.schema
    const of = library.of.map((inner) => this.schema(inner, element(path), depth))
    if (library.kind === 'set') return { type: 'array', items: of[0] ?? {}, uniqueItems: true, [BATON_TYPE]: 'Set' }
    const entry = { type: 'array', prefixItems: of, items: false, minItems: 2 }
    return { type: 'array', items: entry, [BATON_TYPE]: 'Map' }
  }

  #list(type: ts.Type, path: TypePath, depth: number): JsonSchema | undefined {
    if (!isObject(type)) return undefined
    if (this.#checker.isTupleType(type)) return this.#tuple(type, path, depth)
    if (!this.#checker.isArrayType(type)) return undefined
    const [item] = this.#typeArguments(type)
    return { type: 'array', items: item ? this.schema(item, element(path), depth) : {} }
  }

  #tuple(type: ts.ObjectType, path: TypePath, depth: number): JsonSchema {
    const target = isReference(type) && isTuple(type.target) ? type.target : undefined
    const flags = target?.elementFlags ?? []
    const prefixItems: JsonSchema[] = []
    let items: JsonSchema | false = false
    this.#typeArguments(type).forEach((item, index) => {
      const flag = flags[index] ?? ts.ElementFlags.Required
      const rest = (flag & ts.ElementFlags.Variable) !== 0
      const where = element(path, rest ? undefined : index)
      const schema = flag & ts.ElementFlags.Optional ? this.#withoutUndefined(item, where, depth) : this.schema(item, where, depth)
      // What follows a rest element has no fixed place; JSON Schema can only describe the head.
      if (items !== false) items = {}
      else if (rest) items = schema
      else prefixItems.push(schema)
    })
    return { type: 'array', ...(prefixItems.length > 0 ? { prefixItems } : {}), items, minItems: target?.minLength ?? 0 }
  }

  #object(type: ts.Type, path: TypePath, depth: number): JsonSchema {
    if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) return this.#refuse(path, 'a function')
    const properties: Record<string, JsonSchema> = {}
    const required: string[] = []
    for (const symbol of propertiesOf(this.#checker, type)) {
      const where = property(path, symbol.name)
      if (symbol.flags & ts.SymbolFlags.Method) {
        this.#refuse(where, isClass(type) ? `a method of the class ${type.symbol.name}, which the log would drop` : 'a function')
        continue
      }
      const optional = (symbol.flags & ts.SymbolFlags.Optional) !== 0
      properties[symbol.name] = this.#property(symbol, optional, where, depth)
      if (!optional) required.push(symbol.name)
    }
    const index = this.#checker.getIndexInfosOfType(type).find((info) => !is(info.keyType, ts.TypeFlags.ESSymbolLike))
    const rest = index && this.schema(index.type, element(path), depth)
    const named = Object.keys(properties).length > 0
    return {
      type: 'object',
      ...(named ? { properties } : {}),
      ...(required.length > 0 ? { required } : {}),
      ...(rest ? { additionalProperties: rest } : {}),
    }
  }

  #property(symbol: ts.Symbol, optional: boolean, path: TypePath, depth: number): JsonSchema {
    const type = this.#checker.getTypeOfSymbol(symbol)
    const schema = optional ? this.#withoutUndefined(type, path, depth) : this.schema(type, path, depth)
    const description = docOf(this.#checker, symbol)
    return description === undefined ? schema : { ...schema, description }
  }

  #withoutUndefined(type: ts.Type, path: TypePath, depth: number): JsonSchema {
    if (!type.isUnion()) return this.schema(type, path, depth)
    const rest = type.types.filter((member) => !is(member, ts.TypeFlags.Undefined))
    return unionSchema(rest.map((member) => this.schema(member, path, depth)))
  }

  #typeArguments(type: ts.Type): readonly ts.Type[] {
    return isReference(type) ? this.#checker.getTypeArguments(type) : []
  }

  #refuse(path: TypePath, why: string): JsonSchema {
    this.refusals.push({ path, why })
    return {}
  }
}

function isObject(type: ts.Type): type is ts.ObjectType {
  return is(type, ts.TypeFlags.Object)
}

function isReference(type: ts.Type): type is ts.TypeReference {
  return isObject(type) && (type.objectFlags & ts.ObjectFlags.Reference) !== 0
}

function isTuple(type: ts.GenericType): type is ts.TupleType {
  return (type.objectFlags & ts.ObjectFlags.Tuple) !== 0
}

function isClass(type: ts.Type): boolean {
  return ((type.getSymbol()?.flags ?? 0) & ts.SymbolFlags.Class) !== 0
}
