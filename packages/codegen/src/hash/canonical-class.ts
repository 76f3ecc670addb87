import { ts } from 'ts-morph'
import { canonicalPropertyName } from './canonical-literal.ts'
import type { Canonical } from './canonical.ts'
import { isTypeOnly } from './type-only.ts'

/** A class: its head, its fields in their order, which is that of their initializers, and its methods by name. */
export function canonicalClass(canonical: Canonical, node: ts.ClassLikeDeclaration, named: boolean): string {
  const { fields, methods } = membersOf(node)
  const head = classHead(canonical, node, named)
  return `(class ${[head, ...[...fields, ...methods].map((member) => canonicalMember(canonical, member))].join(' ')})`
}

/** Name, decorators and base; the name counts where retry policies and logs can see it. */
export function classHead(canonical: Canonical, node: ts.ClassLikeDeclaration, named: boolean): string {
  const base = node.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0]
  const name = named && node.name ? JSON.stringify(node.name.text) : ''
  return `${name} ${canonical.all(ts.getDecorators(node))} extends ${canonical.text(base)}`
}

/** Members that run, methods sorted by name. */
export function membersOf(node: ts.ClassLikeDeclaration): { fields: readonly ts.ClassElement[]; methods: readonly ts.ClassElement[] } {
  const live = node.members.filter((member) => !isTypeOnly(member) && !isBareField(member))
  const isMethod = (member: ts.ClassElement): boolean => ts.isMethodDeclaration(member) || ts.isAccessor(member)
  const methods = live.filter((member) => isMethod(member))
  const fields = live.filter((member) => !isMethod(member))
  return { fields, methods: methods.toSorted((a, b) => compare(sortKey(a), sortKey(b))) }
}

export function canonicalMember(canonical: Canonical, member: ts.ClassElement): string {
  if (ts.isPropertyDeclaration(member)) {
    const isStatic = member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ? 'static' : ''
    const decorators = canonical.all(ts.getDecorators(member))
    return `(field ${isStatic} ${decorators} ${canonicalPropertyName(canonical, member.name)} ${canonical.text(member.initializer)})`
  }
  return canonical.text(member)
}

/** A field without a value is there for the compiler. */
function isBareField(member: ts.ClassElement): boolean {
  return ts.isPropertyDeclaration(member) && !member.initializer && !ts.getDecorators(member)?.length
}

function sortKey(member: ts.ClassElement): string {
  return `${member.name?.getText() ?? ''} ${member.kind}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
