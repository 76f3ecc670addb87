import { ts } from 'ts-morph'
import type { Canonical } from './canonical.ts'

/** A literal by its value: quotes, escapes, separators and number bases are spelling. */
export function canonicalLiteral(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return JSON.stringify(node.text)
  if (ts.isNumericLiteral(node)) return String(Number(node.text))
  if (ts.isBigIntLiteral(node)) return `${BigInt(node.text.replace(/n$/, ''))}n`
  if (ts.isRegularExpressionLiteral(node)) return node.text
  if (ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) return JSON.stringify(node.text)
  if (ts.isPrivateIdentifier(node)) return JSON.stringify(node.text)
  return undefined
}

/** A property's name, quoted or not. */
export function canonicalPropertyName(canonical: Canonical, name: ts.PropertyName): string {
  if (ts.isComputedPropertyName(name)) {
    return ts.isStringLiteralLike(name.expression) ? JSON.stringify(name.expression.text) : `[${canonical.text(name.expression)}]`
  }
  return JSON.stringify(name.text)
}
