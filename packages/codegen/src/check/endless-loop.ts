import { ts } from 'ts-morph'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { isFunctionNode } from '../read/follow-call.ts'
import { isEndless } from '../read/endless.ts'
import { programsOf } from '../read/programs.ts'
import type { Rule } from './rule.ts'
import { leadsToContinue, reachedFunctions } from './workflow-code.ts'

/** A loop with steps or waits that nothing leaves: its log grows for as long as the execution lives. */
export const endlessLoop: Rule = ({ sources, workflow, calls, reach }) => {
  const found = new Map<ts.Node, Diagnostic>()
  for (const { body } of programsOf(workflow)) {
    for (const { target } of reachedFunctions(calls, body)) {
      visitLoops(target.body, (loop) => {
        if (!isEndless(loop) || !reach.leadsToStep(loop.statement)) return
        if (isLeft(loop.statement, loop) || leadsToContinue(calls, loop.statement)) return
        found.set(loop, sources.diagnostic(loop.getFirstToken() ?? loop, {
          code: 'EndlessLoop',
          severity: 'warning',
          message: 'Nothing leaves this loop, so the log of the execution grows without end.',
          help: 'Call continueAsNew(state) when executionInfo().historyLength has grown into the thousands.',
        }))
      })
    }
  }
  return [...found.values()]
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
