import { ts } from 'ts-morph'

/** A declaration at the top of a module that workflow code can reach: what is hashed as one piece. */
export type Entity =
  | ts.VariableDeclaration
  | ts.FunctionDeclaration
  | ts.ClassDeclaration
  | ts.EnumDeclaration
  | ts.ModuleDeclaration
  | ts.ExportAssignment

/** The entity that a declaration belongs to, and how it is found inside it. */
export interface EntityPart {
  readonly entity: Entity
  /** For names taken out of a pattern: the properties on the way. */
  readonly path: string
}

export function entityOf(declaration: ts.Node): EntityPart | undefined {
  let path = ''
  for (let node: ts.Node | undefined = declaration; node; node = node.parent) {
    if (ts.isBindingElement(node)) path = `.${placeInPattern(node)}${path}`
    if (ts.isEnumMember(node)) path = `.${node.name.getText()}${path}`
    if (isEntity(node) && isAtTop(node)) return { entity: node, path }
  }
  return undefined
}

function placeInPattern(node: ts.BindingElement): string {
  const { parent } = node
  return ts.isObjectBindingPattern(parent) ? (node.propertyName ?? node.name).getText() : String(parent.elements.indexOf(node))
}

function isEntity(node: ts.Node): node is Entity {
  return (
    ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node) ||
    ts.isModuleDeclaration(node) || ts.isExportAssignment(node)
  )
}

function isAtTop(node: Entity): boolean {
  return ts.isSourceFile(ts.isVariableDeclaration(node) ? node.parent.parent.parent : node.parent)
}

/** Numbers entities in the order in which the code from the root reaches them, so that neither names nor places matter. */
export class EntityTable {
  readonly #numbers = new Map<Entity, number>()
  readonly #waiting: Entity[] = []

  numberOf(entity: Entity): number {
    const known = this.#numbers.get(entity)
    if (known !== undefined) return known
    const number = this.#numbers.size
    this.#numbers.set(entity, number)
    this.#waiting.push(entity)
    return number
  }

  /** The next entity that was named and not yet taken. */
  next(): Entity | undefined {
    return this.#waiting.shift()
  }
}
