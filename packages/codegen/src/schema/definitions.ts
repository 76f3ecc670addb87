import type { ts } from 'ts-morph'
import type { JsonSchema } from '@baton/sdk/manifest'

/** Types that contain themselves: each is described once under `$defs` and referred to. All others are written where they stand. */
export class Definitions {
  /** Types on the way from the root, with the name of those that came up again. */
  readonly #open = new Map<ts.Type, { name: string | undefined }>()
  readonly #known = new Map<ts.Type, string>()
  readonly #schemas = new Map<string, JsonSchema>()
  readonly #names = new Set<string>()

  /** The schema that `describe` gives, or a reference if the type is being or has been described as one that recurs. */
  once(type: ts.Type, describe: () => JsonSchema): JsonSchema {
    const known = this.#known.get(type)
    if (known !== undefined) return reference(known)
    const open = this.#open.get(type)
    if (open) {
      open.name ??= this.#nameFor(type)
      return reference(open.name)
    }
    const entry: { name: string | undefined } = { name: undefined }
    this.#open.set(type, entry)
    const schema = describe()
    this.#open.delete(type)
    if (entry.name === undefined) return schema
    this.#known.set(type, entry.name)
    this.#schemas.set(entry.name, schema)
    return reference(entry.name)
  }

  /** The root schema with the definitions it refers to. */
  attach(schema: JsonSchema): JsonSchema {
    if (this.#schemas.size === 0) return schema
    const names = [...this.#schemas.keys()].toSorted()
    return { ...schema, $defs: Object.fromEntries(names.map((name) => [name, this.#schemas.get(name) ?? {}])) }
  }

  #nameFor(type: ts.Type): string {
    const symbol = type.aliasSymbol ?? type.getSymbol()
    const base = symbol && /^\w+$/.test(symbol.name) && !symbol.name.startsWith('__') ? symbol.name : 'Type'
    let name = base
    for (let count = 2; this.#names.has(name); count++) name = `${base}${count}`
    this.#names.add(name)
    return name
  }
}

function reference(name: string): JsonSchema {
  return { $ref: `#/$defs/${name}` }
}
