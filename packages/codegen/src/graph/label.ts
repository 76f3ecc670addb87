import { ts } from 'ts-morph'
import { isFunctionNode, unwrap } from '../read/follow-call.ts'
import { oneLine, shorten, textOf } from './one-line.ts'

/** The text of an expression on one line, a plain string without its quotes. */
export function textOr(node: ts.Expression | undefined, otherwise: string): string {
  if (!node) return otherwise
  return ts.isStringLiteralLike(node) ? shorten(node.text) : oneLine(node)
}

/** What a predicate asks: of `() => x > 1` only `x > 1`. */
export function predicateText(predicate: ts.Expression): string {
  const node = unwrap(predicate)
  if (!isFunctionNode(node) || !ts.isBlock(node.body)) return oneLine(isFunctionNode(node) ? node.body : node)
  const [only] = node.body.statements
  const isReturn = only && ts.isReturnStatement(only) && node.body.statements.length === 1
  return isReturn && only.expression ? oneLine(only.expression) : shorten(textOf(node.body))
}

/** A text with the longest it waits, where that is said. */
export function joined(text: string, timeout: ts.Expression | undefined): string {
  return timeout ? `${text}, at most ${textOr(timeout, '')}` : text
}
