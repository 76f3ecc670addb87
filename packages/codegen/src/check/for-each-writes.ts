import type { ts } from 'ts-morph'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Rule } from './rule.ts'
import { reachedFunctions, visitSdkCalls } from './workflow-code.ts'
import { writesIn } from './writes.ts'

/** The body of a `forEach` that changes fields or variables around it: a replay skips finished iterations, and the changes with them. */
export const forEachWrites: Rule = ({ sources, ...context }) => {
  const { calls } = context
  const found = new Map<ts.Node, Diagnostic>()
  visitSdkCalls({ sources, ...context }, (_, { call, name }) => {
    const body = call.kind === 'forEach' && call.body ? calls.functionOf(call.body) : undefined
    if (!body) return
    for (const { target, via } of reachedFunctions(calls, body)) {
      const through = via.length > 0 ? ` in ${via.join(' → ')}` : ''
      for (const { node, target: place } of writesIn(sources, calls, target, target)) {
        found.set(node, sources.diagnostic(node, {
          code: 'ForEachWrites',
          message: `The body of ${name}() changes ${place}${through}: a replay does not run iterations that have ended, so the change would be lost.`,
          help: `Return it from the body and use what ${name === 'forEachCounted' ? 'forEach' : name}() returns.`,
        }))
      }
    }
  })
  return [...found.values()]
}
