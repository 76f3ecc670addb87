import { ts } from 'ts-morph'
import type { CallMeaning, Calls, FunctionNode } from '../read/follow-call.ts'
import { programsOf } from '../read/programs.ts'
import type { RuleContext } from './rule.ts'

/** A function that some code reaches, with the names of the calls that lead there. */
export interface ReachedFunction {
  readonly target: FunctionNode
  readonly via: readonly string[]
}

/** The function and all helpers it reaches, each once; steps are not entered, they are other code. */
export function reachedFunctions(calls: Calls, from: FunctionNode): readonly ReachedFunction[] {
  const found: ReachedFunction[] = [{ target: from, via: [] }]
  const seen = new Set<FunctionNode>([from])
  for (const { target, via } of found) {
    visitCalls(target.body, (call) => {
      const meaning = calls.meaning(call)
      if (meaning.kind !== 'function' || seen.has(meaning.target) || isInside(meaning.target, target)) return
      seen.add(meaning.target)
      found.push({ target: meaning.target, via: [...via, meaning.name] })
    })
  }
  return found
}

/** Every call in the node, those of functions written in it included. */
export function visitCalls(node: ts.Node, visit: (call: ts.CallExpression) => void): void {
  if (ts.isCallExpression(node)) visit(node)
  ts.forEachChild(node, (child) => {
    if (!ts.isClassLike(child)) visitCalls(child, visit)
  })
}

/** Every call of the SDK in `run`, signals, updates and their helpers. */
export function visitSdkCalls(
  { calls, workflow }: RuleContext,
  visit: (call: ts.CallExpression, meaning: Extract<CallMeaning, { kind: 'sdk' }>) => void,
): void {
  for (const { body } of programsOf(workflow)) {
    for (const { target } of reachedFunctions(calls, body)) {
      visitCalls(target.body, (call) => {
        const meaning = calls.meaning(call)
        if (meaning.kind === 'sdk') visit(call, meaning)
      })
    }
  }
}

/** Whether code, helpers included, can come to `continueAsNew`. */
export function leadsToContinue(calls: Calls, node: ts.Node): boolean {
  let found = false
  const isContinue = (call: ts.CallExpression): void => {
    const meaning = calls.meaning(call)
    if (meaning.kind === 'sdk') found ||= meaning.call.kind === 'continueAsNew'
    if (meaning.kind !== 'function' || found) return
    for (const { target } of reachedFunctions(calls, meaning.target)) {
      visitCalls(target.body, (inner) => {
        const one = calls.meaning(inner)
        found ||= one.kind === 'sdk' && one.call.kind === 'continueAsNew'
      })
    }
  }
  visitCalls(node, isContinue)
  return found
}

function isInside(node: ts.Node, outer: ts.Node): boolean {
  return ts.findAncestor(node, (parent) => parent === outer) !== undefined
}
