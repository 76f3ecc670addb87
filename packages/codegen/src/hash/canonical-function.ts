import { ts } from 'ts-morph'
import { canonicalPropertyName } from './canonical-literal.ts'
import type { Canonical } from './canonical.ts'

/** Functions of every kind; `x => y` and `x => { return y }` are the same. */
export function canonicalFunction(canonical: Canonical, node: ts.Node): string | undefined {
  if (ts.isArrowFunction(node)) {
    const { body } = node
    const block = ts.isBlock(body) ? canonical.text(body) : `(block (ReturnStatement ${canonical.text(body)}))`
    return `(arrow ${flags(node)} (${canonical.all(node.parameters)}) ${block})`
  }
  if (ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node)) {
    const name = node.name ? canonical.declared(node.name) : ''
    return `(function ${flags(node)} ${name} ${signatureAndBody(canonical, node)})`
  }
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) {
    const word = ts.isMethodDeclaration(node) ? 'method' : ts.isGetAccessor(node) ? 'get' : 'set'
    const decorators = canonical.all(ts.getDecorators(node))
    return `(${word} ${flags(node)} ${decorators} ${canonicalPropertyName(canonical, node.name)} ${signatureAndBody(canonical, node)})`
  }
  if (ts.isConstructorDeclaration(node)) return `(constructor ${signatureAndBody(canonical, node)})`
  return undefined
}

function signatureAndBody(canonical: Canonical, node: ts.FunctionLikeDeclaration): string {
  return `(${canonical.all(node.parameters)}) ${canonical.text(node.body)}`
}

type Flagged = ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration | ts.MethodDeclaration | ts.AccessorDeclaration

function flags(node: Flagged): string {
  const words: string[] = []
  for (const { kind } of node.modifiers ?? []) {
    if (kind === ts.SyntaxKind.AsyncKeyword) words.push('async')
    if (kind === ts.SyntaxKind.StaticKeyword) words.push('static')
  }
  if (node.asteriskToken) words.push('*')
  return words.join(' ')
}
