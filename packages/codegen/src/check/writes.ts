import { ts } from 'ts-morph'
import { type Calls, type FunctionNode, unwrap } from '../read/follow-call.ts'
import type { Sources } from '../project/sources.ts'
import { resolveIdentifier } from '../read/resolve-reference.ts'

/** A place that changes something which outlives the function it stands in. */
export interface Write {
  readonly node: ts.Node
  /** A field of the workflow, or a variable declared outside of the function. */
  readonly kind: 'field' | 'variable'
  /** Such as `this.count`. */
  readonly target: string
}

/** Methods that change what they are called on, by the type of the language they belong to. */
const LIST = new Set(['copyWithin', 'fill', 'pop', 'push', 'reverse', 'shift', 'sort', 'splice', 'unshift', 'set'])
const KEYED = new Set(['add', 'clear', 'delete', 'set'])

/** What `target` writes itself, functions inside it included; `within` is the code whose own variables are its to change. */
export function writesIn(sources: Sources, calls: Calls, target: FunctionNode, within: ts.Node): readonly Write[] {
  const found: Write[] = []
  const written = (node: ts.Node, place: ts.Expression): void => {
    const kind = ownerOf(sources, calls, place, within)
    if (kind) found.push({ node, kind, target: place.getText().replaceAll(/\s+/g, ' ') })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node)) return
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) {
      for (const place of placesOf(node.left)) written(node, place)
    }
    if (isStepOfOne(node)) written(node, node.operand)
    if (ts.isDeleteExpression(node)) written(node, node.expression)
    if ((ts.isForOfStatement(node) || ts.isForInStatement(node)) && !ts.isVariableDeclarationList(node.initializer)) {
      for (const place of placesOf(node.initializer)) written(node.initializer, place)
    }
    const mutated = ts.isCallExpression(node) ? mutatedBy(sources, node) : undefined
    if (mutated) written(node, mutated)
    ts.forEachChild(node, visit)
  }
  visit(target.body)
  return found
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
}

function isStepOfOne(node: ts.Node): node is ts.PrefixUnaryExpression | ts.PostfixUnaryExpression {
  const { PlusPlusToken, MinusMinusToken } = ts.SyntaxKind
  return (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && [PlusPlusToken, MinusMinusToken].includes(node.operator)
}

/** What an assignment writes: one place, or those of a pattern. */
function placesOf(left: ts.Expression): readonly ts.Expression[] {
  const node = unwrap(left)
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap((element) => placesOf(element))
  if (ts.isSpreadElement(node)) return placesOf(node.expression)
  if (ts.isBinaryExpression(node)) return placesOf(node.left)
  if (!ts.isObjectLiteralExpression(node)) return [node]
  return node.properties.flatMap((property) => {
    if (ts.isPropertyAssignment(property)) return placesOf(property.initializer)
    if (ts.isShorthandPropertyAssignment(property)) return [property.name]
    return ts.isSpreadAssignment(property) ? placesOf(property.expression) : []
  })
}

/** The list, map or set that a call changes in place. */
function mutatedBy(sources: Sources, call: ts.CallExpression): ts.Expression | undefined {
  const callee = unwrap(call.expression)
  if (!ts.isPropertyAccessExpression(callee)) return undefined
  const { expression: object, name } = callee
  if (!LIST.has(name.text) && !KEYED.has(name.text)) return undefined
  const symbol = sources.checker.getTypeAtLocation(object).getSymbol()
  if (symbol === undefined || symbol.declarations?.[0]?.getSourceFile().isDeclarationFile !== true) return undefined
  const methods = symbol.name.endsWith('Array') ? LIST : symbol.name === 'Map' || symbol.name === 'Set' ? KEYED : undefined
  return methods?.has(name.text) ? object : undefined
}

/** Whose a place is: the workflow's, or a variable's that was declared outside of `within`; undefined where it is local. */
function ownerOf(sources: Sources, calls: Calls, place: ts.Expression, within: ts.Node): Write['kind'] | undefined {
  let node = unwrap(place)
  while (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    if (node.expression.kind === ts.SyntaxKind.ThisKeyword) return calls.isThis(node) ? 'field' : undefined
    if (ts.isPropertyAccessExpression(node) && calls.isMember(node)) return 'field'
    node = unwrap(node.expression)
  }
  if (!ts.isIdentifier(node)) return undefined
  const reference = resolveIdentifier(sources, node)
  if (reference.kind !== 'project') return undefined
  const isLocal = ts.findAncestor(reference.declaration, (parent) => parent === within) !== undefined
  return isLocal ? undefined : 'variable'
}
