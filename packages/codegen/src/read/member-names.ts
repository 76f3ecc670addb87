import { ts } from 'ts-morph'

const known = new WeakMap<ts.SourceFile, ReadonlySet<string>>()

/** Which names some files give to members that may be functions: a call of another name on an object leads nowhere in them. */
export class MemberNames {
  readonly #names: readonly ReadonlySet<string>[]

  constructor(files: Iterable<ts.SourceFile>) {
    this.#names = [...files].map(namesIn)
  }

  has(name: string): boolean {
    return this.#names.some((names) => names.has(name))
  }
}

function namesIn(file: ts.SourceFile): ReadonlySet<string> {
  const found = known.get(file) ?? collect(file)
  known.set(file, found)
  return found
}

function collect(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (node: ts.Node): void => {
    const isMember = ts.isClassElement(node) || ts.isObjectLiteralElement(node) || ts.isFunctionDeclaration(node)
    if (isMember && node.name && 'text' in node.name) names.add(node.name.text)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return names
}
