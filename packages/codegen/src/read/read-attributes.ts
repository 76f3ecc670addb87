import { ts } from 'ts-morph'
import type { Sources } from '../project/sources.ts'
import { evaluate } from './evaluate.ts'
import type { StaticValue } from './static-value.ts'

/** The nearest `static attributes` of a class and its ancestors, as an option beside those of the decorators. */
export function readAttributes(sources: Sources, chain: readonly ts.ClassLikeDeclaration[], node: ts.ClassDeclaration): StaticValue {
  for (const type of chain.toReversed()) {
    const field = type.members.find((member): member is ts.PropertyDeclaration =>
      ts.isPropertyDeclaration(member) && member.name.getText() === 'attributes' && isStatic(member))
    if (!field) continue
    const value: StaticValue = field.initializer
      ? evaluate(sources, field.initializer)
      : { kind: 'unknown', why: 'the field has no value', node: field }
    return { kind: 'record', entries: new Map([['attributes', value]]), node: field }
  }
  return { kind: 'record', entries: new Map(), node }
}

function isStatic(member: ts.PropertyDeclaration): boolean {
  return member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false
}
