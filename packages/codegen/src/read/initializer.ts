import { ts } from 'ts-morph'
import type { Sources } from '../project/sources.ts'
import { unwrap } from './follow-call.ts'
import { resolveIdentifier } from './resolve-reference.ts'

/** What made a value: the expression itself, or what the `const` it names was made of; `await` and casts taken off. */
export function madeBy(sources: Sources, expression: ts.Expression): ts.Expression {
  const node = awaited(expression)
  if (!ts.isIdentifier(node)) return node
  const reference = resolveIdentifier(sources, node)
  const declaration = reference.kind === 'project' ? reference.declaration : undefined
  return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer ? awaited(declaration.initializer) : node
}

function awaited(expression: ts.Expression): ts.Expression {
  const node = unwrap(expression)
  return ts.isAwaitExpression(node) ? awaited(node.expression) : node
}
