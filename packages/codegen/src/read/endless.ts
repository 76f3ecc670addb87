import { ts } from 'ts-morph'

/** Whether the head of a loop never ends it: `while (true)`, `for (;;)`. */
export function isEndless(node: ts.IterationStatement): boolean {
  if (ts.isForStatement(node)) return !node.condition || node.condition.kind === ts.SyntaxKind.TrueKeyword
  return (ts.isWhileStatement(node) || ts.isDoStatement(node)) && node.expression.kind === ts.SyntaxKind.TrueKeyword
}
