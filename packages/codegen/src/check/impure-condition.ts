import type { ts } from 'ts-morph'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Rule } from './rule.ts'
import { sideEffects } from './pure-code.ts'
import { visitSdkCalls } from './workflow-code.ts'

/** A predicate of `condition` that does more than look: it is asked whenever something has happened, however often that is. */
export const impureCondition: Rule = (context) => {
  const found = new Map<ts.Node, Diagnostic>()
  visitSdkCalls(context, (_, { call }) => {
    const predicate = call.kind === 'condition' && call.predicate ? context.calls.functionOf(call.predicate) : undefined
    if (!predicate) return
    for (const { node, what } of sideEffects(context, predicate)) {
      found.set(node, context.sources.diagnostic(node, {
        code: 'ImpureCondition',
        message: `The predicate of condition() ${what}: it is asked again after each event, so it must only look.`,
        help: 'Wait for the condition first, then act on it.',
      }))
    }
  })
  return [...found.values()]
}
