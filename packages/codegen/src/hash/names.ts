// What an identifier is called in the canonical text: a local by its number in its entity, a declaration of the project by its
// entity's number, a dependency by module and export. So a name counts only where behaviour can depend on it.
import { ts } from 'ts-morph'
import type { Sources } from '../project/sources.ts'
import { memberOf, type Reference, resolveIdentifier } from '../read/resolve-reference.ts'
import { type Entity, entityOf, type EntityTable } from './entities.ts'

export class Names {
  readonly #sources: Sources
  readonly #table: EntityTable
  readonly #entity: Entity
  readonly #locals = new Map<ts.Symbol, number>()

  constructor(sources: Sources, table: EntityTable, entity: Entity) {
    this.#sources = sources
    this.#table = table
    this.#entity = entity
  }

  /** A name in an expression. */
  used(identifier: ts.Identifier): string {
    return this.#referred(resolveIdentifier(this.#sources, identifier))
  }

  /** `namespace.name`, if `namespace` is an import of a whole module; else undefined. */
  member(access: ts.PropertyAccessExpression): string | undefined {
    if (!ts.isIdentifier(access.expression)) return undefined
    const base = resolveIdentifier(this.#sources, access.expression)
    const member = memberOf(this.#sources, base, access.name.text)
    return member && this.#referred(member)
  }

  /** A name being declared. */
  declared(name: ts.Identifier): string {
    const symbol = this.#sources.checker.getSymbolAtLocation(name)
    return symbol ? this.#local(symbol) : JSON.stringify(name.text)
  }

  #referred(reference: Reference): string {
    switch (reference.kind) {
      case 'global':
        return `<${reference.name}>`
      case 'external':
        return `<${reference.module}#${reference.name}>`
      case 'module':
        return this.#module(reference.symbol)
      case 'project':
        return this.#project(reference.symbol, reference.declaration)
    }
  }

  #project(symbol: ts.Symbol, declaration: ts.Declaration): string {
    const part = entityOf(declaration)
    if (!part) return this.#local(symbol)
    const isLocal = part.entity === this.#entity && !isWhatItDeclares(part.entity, declaration)
    return isLocal ? this.#local(symbol) : `#${this.#table.numberOf(part.entity)}${part.path}`
  }

  /** A namespace used as a value may lead to any of its exports. */
  #module(symbol: ts.Symbol): string {
    const { checker } = this.#sources
    const members = checker.getExportsOfModule(symbol).toSorted((a, b) => (a.name < b.name ? -1 : 1))
    const named = members.map((member) => {
      const reference = memberOf(this.#sources, { kind: 'module', symbol }, member.name)
      return reference && isValue(reference) ? `${member.name}:${this.#referred(reference)}` : ''
    })
    return `(module ${named.filter((text) => text !== '').join(' ')})`
  }

  #local(symbol: ts.Symbol): string {
    const known = this.#locals.get(symbol)
    if (known !== undefined) return `$${known}`
    const number = this.#locals.size
    this.#locals.set(symbol, number)
    return `$${number}`
  }
}

/** Whether a declaration is the entity's own name, or one of its names, rather than something local to it. */
function isWhatItDeclares(entity: Entity, declaration: ts.Declaration): boolean {
  if (declaration === entity || ts.isEnumMember(declaration)) return true
  if (!ts.isVariableDeclaration(entity) || !ts.isBindingElement(declaration)) return false
  return declaration.pos >= entity.name.pos && declaration.end <= entity.name.end
}

function isValue(reference: Reference): boolean {
  return reference.kind !== 'project' || (reference.symbol.flags & ts.SymbolFlags.Value) !== 0
}
