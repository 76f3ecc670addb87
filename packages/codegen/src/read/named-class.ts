import { ts } from 'ts-morph'
import type { Sources } from '../project/sources.ts'
import type { Reference } from './resolve-reference.ts'

/** The name that errors of a class go by, as the SDK takes it from the class: its own `kind`, else its name. */
export function namedClass(sources: Sources, node: ts.Expression, reference: Reference): string | undefined {
  if (reference.kind === 'project') {
    return ts.isClassLike(reference.declaration) ? (ownKind(reference.declaration) ?? reference.declaration.name?.text) : undefined
  }
  if (reference.kind === 'module') return undefined
  if (reference.name === 'default') return undefined
  // Of a dependency or of the language: what can be made with `new` is a class, and exported by its name.
  const type = sources.checker.getTypeAtLocation(node)
  return type.getConstructSignatures().length > 0 ? reference.name : undefined
}

function ownKind(declaration: ts.ClassLikeDeclaration): string | undefined {
  for (const member of declaration.members) {
    if (!ts.isPropertyDeclaration(member) || !member.initializer || !ts.isStringLiteralLike(member.initializer)) continue
    const isStatic = member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false
    if (isStatic && ts.isIdentifier(member.name) && member.name.text === 'kind') return member.initializer.text
  }
  return undefined
}
