import { ts } from 'ts-morph'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { isFunctionNode } from '../read/follow-call.ts'
import { isEndless } from '../read/endless.ts'
import { programsOf } from '../read/programs.ts'
import type { Rule, RuleContext } from './rule.ts'
import { leadsToContinue, reachedFunctions } from './workflow-code.ts'
import { writesIn } from './writes.ts'

/** A loop with steps or waits that nothing, or only a message, ends: its log grows for as long as the execution lives. */
export const endlessLoop: Rule = (context) => {
  const { sources, workflow, calls, reach } = context
  const byMessage = fieldsOfMessages(context)
  const found = new Map<ts.Node, Diagnostic>()
  for (const { body } of programsOf(workflow)) {
    for (const { target } of reachedFunctions(calls, body)) {
      visitLoops(target.body, (loop) => {
        const waitsForMessage = isLedBy(loop, byMessage)
        if ((!isEndless(loop) && !waitsForMessage) || !reach.leadsToStep(loop.statement)) return
        if (isLeft(loop.statement, loop) || leadsToContinue(calls, loop.statement)) return
        found.set(loop, sources.diagnostic(loop.getFirstToken() ?? loop, {
          code: 'EndlessLoop',
          severity: 'warning',
          message: `${waitsForMessage ? 'Only a message ends' : 'Nothing leaves'} this loop, so the log of the execution grows without end.`,
          help: 'Call continueAsNew(state) when executionInfo().historyLength has grown into the thousands.',
        }))
      })
    }
  }
  return [...found.values()]
}

/** The fields that signals and updates write and `run` does not. */
function fieldsOfMessages({ sources, workflow, calls }: RuleContext): ReadonlySet<string> {
  const written = (kind: 'run' | 'handler'): readonly string[] =>
    programsOf(workflow)
      .filter(({ name }) => (name === 'run') === (kind === 'run'))
      .flatMap(({ body }) => reachedFunctions(calls, body).flatMap(({ target }) => writesIn(sources, calls, target, target)))
      .flatMap(({ target }) => /^this\.(\w+)/.exec(target)?.[1] ?? [])
  const byRun = written('run')
  return new Set(written('handler').filter((field) => !byRun.includes(field)))
}

/** Whether all that the head of a loop asks are such fields: `while (!this.cancelled)`. */
function isLedBy(loop: ts.IterationStatement, fields: ReadonlySet<string>): boolean {
  const head = ts.isWhileStatement(loop) || ts.isDoStatement(loop) ? loop.expression : ts.isForStatement(loop) ? loop.condition : undefined
  if (!head) return false
  const names: string[] = []
  const visit = (node: ts.Node): boolean => {
    if (ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword) {
      names.push(node.name.text)
      return true
    }
    const isPlain = ts.isPrefixUnaryExpression(node) || ts.isBinaryExpression(node) || ts.isParenthesizedExpression(node)
    if (isPlain) return ts.forEachChild(node, (child) => (ts.isToken(child) || visit(child) ? undefined : 'other')) === undefined
    return ts.isLiteralExpression(node) || (ts.isIdentifier(node) && node.text === 'undefined')
  }
  return visit(head) && names.length > 0 && names.every((name) => fields.has(name))
}

function visitLoops(node: ts.Node, visit: (loop: ts.IterationStatement) => void): void {
  if (ts.isIterationStatement(node, false)) visit(node)
  ts.forEachChild(node, (child) => visitLoops(child, visit))
}

/** Whether a return, or a break that this loop or one around it takes, stands in the loop. */
function isLeft(node: ts.Node, loop: ts.IterationStatement): boolean {
  if (isFunctionNode(node) || ts.isClassLike(node)) return false
  if (ts.isReturnStatement(node)) return true
  if (ts.isBreakStatement(node)) return node.label !== undefined || breakTarget(node) === loop
  return ts.forEachChild(node, (child) => isLeft(child, loop) || undefined) ?? false
}

function breakTarget(node: ts.BreakStatement): ts.Node | undefined {
  return ts.findAncestor(node, (parent) => ts.isIterationStatement(parent, false) || ts.isSwitchStatement(parent))
}
