import { ts } from 'ts-morph'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { isFunctionNode } from '../read/follow-call.ts'
import { programsOf } from '../read/programs.ts'
import type { Rule } from './rule.ts'
import { leadsToContinue, reachedFunctions } from './workflow-code.ts'

/** A `catch` around `continueAsNew` that throws nothing on: the new run would never begin. */
export const swallowedContinue: Rule = ({ sources, workflow, calls }) => {
  const found = new Map<ts.Node, Diagnostic>()
  for (const { body } of programsOf(workflow)) {
    for (const { target } of reachedFunctions(calls, body)) {
      visitTries(target.body, ({ tryBlock, catchClause }) => {
        if (!catchClause || throwsOn(catchClause.block) || leadsToContinue(calls, catchClause.block) || !leadsToContinue(calls, tryBlock)) return
        found.set(catchClause, sources.diagnostic(catchClause.getFirstToken() ?? catchClause, {
          code: 'SwallowedContinueAsNew',
          severity: 'warning',
          message: 'This catch also takes what continueAsNew() throws to leave the run, so the new run would never begin.',
          help: 'Call continueAsNew() after the try, or throw on what the catch is not for.',
        }))
      })
    }
  }
  return [...found.values()]
}

function visitTries(node: ts.Node, visit: (node: ts.TryStatement) => void): void {
  if (ts.isTryStatement(node)) visit(node)
  ts.forEachChild(node, (child) => visitTries(child, visit))
}

function throwsOn(node: ts.Node): boolean {
  if (ts.isThrowStatement(node)) return true
  if (isFunctionNode(node) || ts.isClassLike(node)) return false
  return ts.forEachChild(node, (child) => throwsOn(child) || undefined) ?? false
}
